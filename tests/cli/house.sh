#!/bin/sh
# house.sh: the rules of the house, kept by readers of the sources and of the objects:
#   - data flow one way: a folder of src includes and calls only what stands to its left in $rooms; the command public
#     headers alone;
#   - no circles: files that include or call one another, by whatever detour, are a breach (x.c and x.h are one file);
#   - a private function is declared in the header of the file that defines it;
#   - each library below khop is seen in its own folder;
#   - memory comes from one place; the library neither prints nor ends the program.
# house_sources.awk reads the text, house_includes.awk and house_symbols.awk find who needs whom, house_graph.awk the
# circles.
. "$(dirname "$0")/tap.sh"
here=$root/tests/cli
build=${KHOP_BUILD:-$root/build}
rooms='base files graph data graphsets debian kernels search rings forms apply typed molecules wavelet model distributed'
rooms="$rooms train export explain audit plot cli"

# house FOLDER: a line for each breach in FOLDER/src and FOLDER/include.
house() {
  (cd "$1" && find src include -name '*.[ch]' | sort |
    xargs awk -v ROOMS="$rooms" -f "$here/house_sources.awk" | sort)
}

# objects BUILD: the objects of the library in one precision, of the loops once an instruction set, and of the command.
objects() {
  find "$1/src" -name '*.o' 2>/dev/null | grep -E '\.a\.p/|/khop\.p/' | grep -v double | sort
}

# included FOLDER, called FOLDER BUILD: the edges between files, by includes and by symbols.
included() {
  (cd "$1" && find src include -name '*.[ch]' | sort | xargs awk -f "$here/house_includes.awk")
}
called() {
  sources=$(cd "$1" && find src -name '*.c')
  # shellcheck disable=SC2046
  { echo "$sources"; nm -A -g -P $(objects "$2"); } | awk -f "$here/house_symbols.awk"
}

# breaches: of the edges on standard input, those that go up and the circles.
breaches() { sort | awk -v ROOMS="$rooms" -f "$here/house_graph.awk"; }

same 'the house is in order' '' "$(house "$root")"
if command -v nm >/dev/null && [ -n "$(objects "$build")" ]; then
  included "$root" >edges && called "$root" "$build" >>edges
  same 'the objects show who calls whom' 1 "$(grep -c '^base/memory base/error uses khop_i_fail$' edges)"
  same 'no file includes or calls one to its right, and none stands in a circle' '' "$(breaches <edges)"
else
  skip 'circles by symbols: nm or the objects of the build are not here; circles by includes follow'
  same 'no file stands in a circle of includes' '' "$(included "$root" | breaches)"
fi

# --- the checker is checked: each rule is broken once in a copy ---------------------------------------

mkdir copy && cp -R "$root/src" "$root/include" copy/ && chmod -R u+w copy
same 'a copy is as the house is' "$(house "$root")" "$(house copy)"
# caught NAME FILE LINE REGEX
caught() {
  cp "copy/$2" saved || { not_ok "caught: $1" "there is no $2 any more"; return; }
  echo "$3" >>"copy/$2"
  seen=$(house copy)
  if echo "$seen" | grep -Eq "^$2:[0-9]+: .*$4"; then ok "caught: $1"; else not_ok "caught: $1" "$seen"; fi
  cp saved "copy/$2"
}
caught 'base includes forms' src/base/error.c '#include "forms/rings.h"' 'to its right'
caught 'graph includes data' src/graph/graph.c '#include "data/data.h"' 'to its right'
caught 'rings includes apply' src/rings/build.c '  #  include "apply/taps.h"' 'to its right'
caught 'model includes a public header of train' src/model/build.c '#include <khop/train.h>' 'to its right'
caught 'the library includes khop.h' src/train/nodes/train.c '#include <khop/khop.h>' 'to its right'
caught 'the command includes what is private' src/cli/info.c '#include "base/memory.h"' 'private'
caught 'igraph outside graph' src/data/load.c '#include <igraph/igraph.h>' 'no place'
caught 'igraph in a public header' include/khop/graph.h '#include <igraph/igraph.h>' 'no place'
caught 'GraphBLAS outside its rooms' src/apply/taps.c '#include <GraphBLAS.h>' 'no place'
caught 'GraphBLAS in a public header' include/khop/rings.h '#include <GraphBLAS.h>' 'no place'
caught 'GraphBLAS from its folder' src/apply/taps.c '#include <suitesparse/GraphBLAS.h>' 'no place'
caught 'an opt-in header in khop.h' include/khop/khop.h '#include <khop/igraph.h>' 'opt-in'
caught 'libxml2 outside graph' src/data/load.c '#include <libxml/xmlreader.h>' 'no place'
caught 'CHOLMOD outside graph' src/rings/build.c '#include <suitesparse/cholmod.h>' 'no place'
caught 'CBLAS outside kernels' src/model/run_step.c '#include <cblas.h>' 'no place'
caught 'cairo outside plot' src/cli/audit/audit.c '#include <cairo.h>' 'no place'
caught 'Indigo outside molecules' src/data/load.c '#include <indigo.h>' 'no place'
caught 'libzip outside files' src/data/npz_data.c '#include <zip.h>' 'no place'
caught 'cJSON in model' src/model/run_step.c '#include <cjson/cJSON.h>' 'no place'
caught 'a private header in a public one' include/khop/base.h '#include "base/error.h"' 'public header includes'
caught 'malloc' src/rings/build.c 'void *leak(void) { return malloc(3); }' 'malloc.*memory'
caught 'free' src/model/run_step.c 'void drop(void *p) { if (p) free (p); }' 'free.*memory'
caught 'strdup' src/data/load.c 'char *twice(const char *s) { return strdup(s); }' 'strdup.*memory'
caught 'printf' src/train/nodes/train.c 'void say(void) { printf("x"); }' 'print'
caught 'fprintf to stderr' src/train/nodes/train.c 'void say(void) { fprintf(stderr, "x"); }' 'print'
caught 'exit' src/base/error.c 'void stop(void) { exit(1); }' 'exit'
caught 'abort' src/base/error.c 'void stop(void) { abort(); }' 'abort'
mkdir copy/src/other && echo 'int x;' >copy/src/other/x.c
same 'caught: a folder that is not in the order' 1 "$(house copy | grep -c 'src/other/x.c.*no folder')"
rm -r copy/src/other
caught 'a private function in a header of another file' src/base/error.c 'int khop_i_stray(void) { return 1; }' \
  'khop_i_stray is declared in no header'
echo 'int khop_i_egg(int a,
  int b);' >>copy/src/base/memory.h
caught 'a private function that another header declares' src/base/error.c 'int khop_i_egg(int a, int b)
{ return a + b; }' 'khop_i_egg is declared in src/base/memory.h, not in src/base/error.h'
caught 'a private function that a source declares' src/base/error.c 'int khop_i_hen(void);' \
  'khop_i_hen is declared in a source'
caught 'private data in no header' src/base/error.c 'const int khop_i_eggs[2] = {1, 2};' \
  'khop_i_eggs is declared in no header'
mkdir copy/src/base/nest
echo 'int khop_i_nest_warm(void);' >copy/src/base/nest.h
echo 'int khop_i_nest_warm(void) { return 1; }' >copy/src/base/nest_warm.c
same 'a header without a source speaks for the family that bears its name' '' "$(house copy | grep nest)"
rm -r copy/src/base/nest*
cp "$root/src/base/memory.h" copy/src/base/memory.h
cat >>copy/src/base/error.c <<'END'
/* malloc(3), free(p), exit(1) and "printf(x)" in a comment
 * of two lines: abort() */
static const char *const words = "malloc(3) /* exit(1)";
END
same 'comments and strings are not code' "$(house "$root" | grep 'src/base/')" "$(house copy | grep 'src/base/')"

# --- the finder of circles is checked: on files that are planted -----------------------------------------

mkdir -p planted/src/base/nest planted/src/graph planted/include/khop
echo '#include "egg.h"' >planted/src/base/hen.h
echo '#include "base/nest/chick.h"' >planted/src/base/egg.c
echo >planted/src/base/egg.h
same 'a line of files is no circle' '' "$(included planted | breaches)"
echo '#  include "base/hen.h" /* grown */' >planted/src/base/nest/chick.h
same 'a circle of includes, through a source and its header' 'circle of 3 files: base/egg base/nest/chick base/hen
  base/egg -> base/nest/chick: includes base/nest/chick.h
  base/nest/chick -> base/hen: includes base/hen.h
  base/hen -> base/egg: includes egg.h' "$(included planted | breaches)"
echo '#include <khop/b.h>' >planted/include/khop/a.h
echo '#include <khop/a.h>' >planted/include/khop/b.h
same 'a circle of public headers' 'circle of 2 files: khop/a.h khop/b.h' \
  "$(included planted | breaches | grep 'circle.*khop/')"

if command -v nm >/dev/null; then
  # planted_object SOURCE OBJECT TEXT: a source of that name, and its object where the build would lay it
  planted_object() {
    mkdir -p "$(dirname "nest/src/$2")" "$(dirname "planted/src/$1")"
    echo "$3" >"planted/src/$1"
    ${KHOP_CC:-cc} -c -o "nest/src/$2" "planted/src/$1"
  }
  rm -r planted/src
  planted_object base/nest/hen.c libkhop-core.a.p/base_nest_hen.c.o \
    'int khop_i_egg(void); int khop_i_hen(void) { return khop_i_egg(); }'
  planted_object base/egg.c libkhop-core.a.p/base_egg.c.o 'int khop_i_egg(void) { return 1; }'
  same 'one that calls another is no circle' '' "$(called planted nest | breaches)"
  planted_object base/egg.c libkhop-core.a.p/base_egg.c.o \
    'int khop_i_chick(void); int khop_i_egg(void) { return khop_i_chick(); }'
  planted_object kernels/chick.c kernels/libkhop-kernels-avx2.a.p/chick.c.o \
    'int khop_i_hen(void); int (*const khop_i_hens)(void) = khop_i_hen; int khop_i_chick(void) { return 1; }'
  same 'a circle of calls, through a table of functions and a library of its own, and a call that goes up' \
    'base/egg: uses khop_i_chick of kernels/chick, which stands to its right
circle of 3 files: base/egg kernels/chick base/nest/hen
  base/egg -> kernels/chick: uses khop_i_chick
  kernels/chick -> base/nest/hen: uses khop_i_hen
  base/nest/hen -> base/egg: uses khop_i_egg' "$(called planted nest | breaches)"
  echo '#include "kernels/chick.h"' >planted/src/base/egg.h
  planted_object kernels/chick.c kernels/libkhop-kernels-avx2.a.p/chick.c.o \
    'int khop_i_egg(void); int khop_i_chick(void) { return khop_i_egg(); }'
  planted_object base/egg.c libkhop-core.a.p/base_egg.c.o 'int khop_i_egg(void) { return 1; }'
  same 'a circle that includes and calls close together' 'circle of 2 files: base/egg kernels/chick' \
    "$({ included planted; called planted nest; } | breaches | grep 'circle.*egg')"
  mv planted/src/kernels/chick.c planted/src/kernels/duck.c
  same 'an object whose source has moved is passed over, a source without an object is not' \
    'kernels/duck: has no object in the build' "$(called planted nest | breaches)"
else
  skip 'planted circles by symbols: nm is not here'
fi

# --- what the objects say: the sources could hide a call in a macro -----------------------------------

if command -v nm >/dev/null && [ -n "$(objects "$build")" ]; then
  # shellcheck disable=SC2046
  nm -u $(objects "$build" | grep -v '/khop\.p/') 2>/dev/null | awk '
    /:$/ { file = $0; sub(/.*\.p\//, "", file) }
    $1 == "U" && $2 ~ /^(_?exit|abort|printf|puts|putchar|perror|stdout|stderr)$/ { print file, $2 }
    $1 == "U" && $2 ~ /^(malloc|calloc|realloc|free|strdup|aligned_alloc|posix_memalign)$/ && file !~ /^base_memory/ { print file, $2 }
  ' >calls
  same 'no object of the library prints, ends the program or takes memory past the wrapper' '' \
    "$(grep -vE '^(data_catalogue.c.o|model_describe.c.o): free$' calls)"
else
  skip 'the objects of the library: nm or the build folder is not here'
fi

# The locale of a caller may write 0,5; the command never leaves the C locale.
same 'the library reads numbers by khop_i_read_number' '' \
  "$(grep -rnE '[^_[:alnum:]](strtod|strtof|atof)\(' "$root/src" --include='*.c' | grep -v -e /src/base/number.c -e /src/cli/)"
same 'and writes sentences by khop_i_vsnprintf' '' \
  "$(grep -rnE '[^_[:alnum:]](vsnprintf|vasprintf)\(' "$root/src" --include='*.c' | grep -v -e /src/base/number.c -e /src/cli/)"
# igraph's parsers are those of a trusted file: what a stranger sends is read by khop's own.
same 'no file is read by igraph' '' "$(grep -rnE 'igraph_read_' "$root/src" --include='*.[ch]')"
same 'the library compares words by khop_i_strcasecmp' '' \
  "$(grep -rnE '[^_[:alnum:]](strcasecmp|strncasecmp|strcasestr|tolower|toupper)\(' "$root/src" --include='*.c' | grep -v /src/cli/)"

finish
