#!/bin/sh
# headers.sh: every public header compiles alone, as C11 and as C++17, without a warning, in float and
# in double.
. "$(dirname "$0")/tap.sh"

flags='-Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror -fsyntax-only'
# igraph's and GraphBLAS's own headers are theirs to keep clean
others=$(pkg-config --cflags-only-I igraph 2>/dev/null | sed 's/-I/-isystem /g')

# alone COMPILER STANDARD LANGUAGE
alone() {
  if ! command -v "$1" >/dev/null; then
    skip "headers with $1: it is not here"
    return
  fi
  for double in '' -DKHOP_DOUBLE; do
    for header in "$root"/include/khop/*.h; do
      topic=$(basename "$header")
      # twice: a second inclusion must do no harm
      printf '#include <khop/%s>\n#include <khop/%s>\n' "$topic" "$topic" >alone.c
      # shellcheck disable=SC2086
      check "$1 -std=$2 $double khop/$topic" "$1" -x "$3" -std="$2" $flags $double $others -I"$root/include" alone.c
    done
  done
}
alone gcc c11 c
alone clang c11 c
alone g++ c++17 c++
alone clang++ c++17 c++

printf '#include <khop/khop.h>\nint x = igraph_version;\n' >alone.c
check 'the checker is checked: a header that is wrong is seen' sh -c \
  '! "${KHOP_CC:-cc}" -fsyntax-only -I"$0/include" alone.c' "$root"
printf '#include <khop/khop.h>\n' >alone.c
# what khop.h brings in, system headers included
${KHOP_CC:-cc} -M -I"$root/include" $others alone.c >seen 2>&1
same 'khop.h brings in neither igraph nor GraphBLAS' 0 "$(grep -Eic 'igraph|graphblas|cholmod|cblas|zip\.h|cjson' seen)"

finish
