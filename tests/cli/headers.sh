#!/bin/sh
# headers.sh: every public header compiles alone, as C11 and as C++17, without a warning; with gcc in double too.
. "$(dirname "$0")/tap.sh"

flags='-Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror -fsyntax-only'
# igraph's and GraphBLAS's own headers are theirs to keep clean
others=$(pkg-config --cflags-only-I igraph 2>/dev/null | sed 's/-I/-isystem /g')

# alone COMPILER STANDARD LANGUAGE [-DKHOP_DOUBLE]
alone() {
  if ! command -v "$1" >/dev/null; then
    skip "headers with $1: it is not here"
    return
  fi
  for header in "$root"/include/khop/*.h; do
    topic=$(basename "$header")
    # twice: a second inclusion must do no harm
    printf '#include <khop/%s>\n#include <khop/%s>\n' "$topic" "$topic" >alone.c
    # shellcheck disable=SC2086
    check "$1 -std=$2 ${4:-} khop/$topic" "$1" -x "$3" -std="$2" $flags ${4:-} $others -I"$root/include" alone.c
  done
}
alone gcc c11 c
alone gcc c11 c -DKHOP_DOUBLE
alone clang c11 c
alone g++ c++17 c++
alone clang++ c++17 c++
for compiler in g++ clang++; do
  command -v $compiler >/dev/null || { skip "khop.hpp with $compiler: it is not here"; continue; }
  for double in '' -DKHOP_DOUBLE; do
    printf '#include <khop/khop.hpp>\n#include <khop/khop.hpp>\n' >alone.cc
    # shellcheck disable=SC2086
    check "$compiler $double khop/khop.hpp, and a program with it" $compiler -std=c++17 $flags $double -I"$root/include" \
      alone.cc "$root/examples/consumers/cmake/main.cc"
  done
done

# fillable: each struct that callers fill; first SIZE of them begin with their size
fillable() {
  cat "$1"/*.h | sed 's,/\*[^*]*\*/,,g' | awk '
    /^typedef struct khop_(.*_options|conv_call|csr|new_node|recipe|taps_choice) \{/ { name = $3; getline
      while ($0 ~ /^ *(\/\*|\*|$)/) getline
      print name, ($0 ~ /^  size_t size;/ ? "size" : "none") }'
}
same 'every struct of options begins with its size' '' "$(fillable "$root/include/khop" | grep -v ' size$')"
check 'there are structs of options' test "$(fillable "$root/include/khop" | wc -l)" -ge 27
mkdir broken && sed '/^typedef struct khop_train_options {/{n;d}' "$root/include/khop/train.h" >broken/train.h
same 'the checker is checked: options without their size are seen' 'khop_train_options none' \
  "$(fillable broken | grep -v ' size$')"

printf '#include <khop/khop.h>\nint x = igraph_version;\n' >alone.c
check 'the checker is checked: a header that is wrong is seen' sh -c \
  '! "${KHOP_CC:-cc}" -fsyntax-only -I"$0/include" alone.c' "$root"
printf '#include <khop/khop.h>\n' >alone.c
# what khop.h brings in, system headers included
${KHOP_CC:-cc} -M -I"$root/include" $others alone.c >seen 2>&1
same 'khop.h brings in neither igraph nor GraphBLAS' 0 "$(grep -Eic 'igraph|graphblas|cholmod|cblas|zip\.h|cjson' seen)"

finish
