#!/bin/sh
# house.sh: the rules of the house, kept by a reader of the sources:
#   - data flow one way: a folder of src includes only what stands to its left in
#     base, files, graph, data, graphsets, debian, kernels, search, rings, forms, apply, typed, molecules, wavelet, model,
#     train, audit, plot, cli; the command public headers alone;
#   - each library below khop is seen in its own folder;
#   - memory comes from one place; the library neither prints nor ends the program.
. "$(dirname "$0")/tap.sh"

# house FOLDER: a line for each breach in FOLDER/src and FOLDER/include.
house() {
  (cd "$1" && find src include -name '*.[ch]' | sort | xargs awk '
    BEGIN {
      split("base files graph data graphsets debian kernels search rings forms apply typed molecules wavelet model train audit plot cli", order, " ")
      for (i in order) place[order[i]] = i + 0
      split("base:base table:files graph:graph igraph:graph data:data graphs:graphsets debian:debian rings:search typed_graph:graph typed:typed graphblas:search apply:apply molecules:molecules descriptors:molecules molecule_graphs:molecules wavelet:wavelet model:model batch:model blocks:model stream:model train:train learn:train hops:train audit:audit plot:plot khop:cli", pairs, " ")
      for (i in pairs) { split(pairs[i], p, ":"); topic[p[1]] = p[2] }
      split("igraph:graph GraphBLAS:search,rings,forms,typed cholmod:graph suitesparse:graph SuiteSparse:graph cblas:kernels zip:files cjson:files,data,debian,train,cli cairo:plot indigo:molecules", pairs, " ")
      for (i in pairs) { split(pairs[i], p, ":"); homes[p[1]] = p[2]; libraries[++count] = p[1] }
      # where a library below khop, or the language, asks for it: FILE:WORD
      allowed["src/data/catalogue.c:free"] = "what scandir allocates"
      allowed["src/model/init.c:free"] = "what open_memstream allocates"
    }
    function breach(what) { print FILENAME ":" FNR ": " what }
    # the source without comments and without what stands in quotes
    function code(line,   out, at) {
      out = ""
      while (line != "") {
        if (inside) {
          at = index(line, "*/")
          if (!at) return out
          line = substr(line, at + 2); inside = 0
        } else if (match(line, /\/\*|\/\/|"([^"\\]|\\.)*"|\047(\\.|[^\047\\])+\047/)) {
          out = out substr(line, 1, RSTART - 1)
          at = substr(line, RSTART, 2)
          if (at == "//") return out
          if (at == "/*") { inside = 1; line = substr(line, RSTART + 2) }
          else { out = out "\"\""; line = substr(line, RSTART + RLENGTH) }
        } else { out = out line; line = "" }
      }
      return out
    }
    function in_list(word, list) { return index("," list ",", "," word ",") > 0 }
    FNR == 1 {
      inside = 0
      split(FILENAME, part, "/")
      public = part[1] == "include"
      name = part[3]; sub(/\.h$/, "", name)
      here = public ? topic[name] : part[2]
      if (!(here in place)) breach("stands in no folder of the house")
    }
    /^[[:space:]]*#[[:space:]]*include/ {
      header = $0
      sub(/^[[:space:]]*#[[:space:]]*include[[:space:]]*[<"]/, "", header); sub(/[>"].*/, "", header)
      if (header ~ /^khop\//) {
        to = header; sub(/^khop\//, "", to); sub(/\.h$/, "", to)
        if (!(to in topic)) breach("includes " header ", which is no public header")
        else if (place[topic[to]] > place[here]) breach(here " includes " header ", which stands to its right")
        if (public && (to == "igraph" || to == "graphblas")) breach(header " is opt-in")
      } else if (index($0, "\"")) {
        to = header
        if (sub(/\/.*/, "", to) && (to in place)) {
          if (place[to] > place[here]) breach(here " includes " header ", which stands to its right")
          if (here == "cli" && to != "cli") breach("the command includes " header ", which is private")
          if (public) breach("a public header includes " header)
        } else if (header ~ /\//) breach("includes " header ", which stands in no folder of the house")
        else if (public) breach("a public header includes " header)
      }
      for (i = 1; i <= count; i++)
        if (header ~ ("^(.*/)?" libraries[i] "([./]|$)") && header !~ /^khop\//) {
          if (public ? name != tolower(libraries[i]) : !in_list(here, homes[libraries[i]]))
            breach((public ? header : here " includes " header) " has no place here")
        }
      next
    }
    {
      text = code($0)
      if (public || here == "cli") next
      while (match(text, /(^|[^A-Za-z0-9_.>])(malloc|calloc|realloc|reallocarray|aligned_alloc|posix_memalign|memalign|free|strdup|strndup|asprintf|vasprintf|getline|printf|vprintf|fprintf|vfprintf|puts|fputs|putchar|perror|exit|_exit|_Exit|quick_exit|abort|raise|assert|err|errx|warn)[[:space:]]*\(/)) {
        word = substr(text, RSTART, RLENGTH)
        text = substr(text, RSTART + RLENGTH)
        gsub(/[^A-Za-z_]/, "", word)
        memory = word ~ /alloc|free|memalign|dup$|asprintf|getline/
        if (memory && FILENAME == "src/base/memory.c") continue
        # to a file that is being written, not to the terminal
        if (word ~ /^v?fprintf$|^fputs$/ && text !~ /std(out|err)/) continue
        if ((FILENAME ":" word) in allowed) continue
        breach(memory ? word "(): memory comes from src/base/memory.c" : word "(): the library does not print, exit or abort")
      }
      if (text ~ /(^|[^A-Za-z0-9_])(stdout|stderr)([^A-Za-z0-9_]|$)/) breach("the library does not print")
    }
  ')
}

same 'the house is in order' '' "$(house "$root")"

# --- the checker is checked: each rule is broken once in a copy ---------------------------------------

mkdir copy && cp -R "$root/src" "$root/include" copy/ && chmod -R u+w copy
same 'a copy is in order too' '' "$(house copy)"
# caught NAME FILE LINE REGEX
caught() {
  cp "copy/$2" saved
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
caught 'CHOLMOD outside graph' src/rings/build.c '#include <suitesparse/cholmod.h>' 'no place'
caught 'CBLAS outside kernels' src/model/run.c '#include <cblas.h>' 'no place'
caught 'cairo outside plot' src/cli/audit.c '#include <cairo.h>' 'no place'
caught 'Indigo outside molecules' src/data/load.c '#include <indigo.h>' 'no place'
caught 'libzip outside files' src/data/npz_data.c '#include <zip.h>' 'no place'
caught 'cJSON in model' src/model/run.c '#include <cjson/cJSON.h>' 'no place'
caught 'a private header in a public one' include/khop/base.h '#include "base/error.h"' 'public header includes'
caught 'malloc' src/rings/build.c 'void *leak(void) { return malloc(3); }' 'malloc.*memory'
caught 'free' src/model/run.c 'void drop(void *p) { if (p) free (p); }' 'free.*memory'
caught 'strdup' src/data/load.c 'char *twice(const char *s) { return strdup(s); }' 'strdup.*memory'
caught 'printf' src/train/nodes/train.c 'void say(void) { printf("x"); }' 'print'
caught 'fprintf to stderr' src/train/nodes/train.c 'void say(void) { fprintf(stderr, "x"); }' 'print'
caught 'exit' src/base/error.c 'void stop(void) { exit(1); }' 'exit'
caught 'abort' src/base/error.c 'void stop(void) { abort(); }' 'abort'
mkdir copy/src/other && echo 'int x;' >copy/src/other/x.c
same 'caught: a folder that is not in the order' 1 "$(house copy | grep -c 'src/other/x.c.*no folder')"
rm -r copy/src/other
cat >>copy/src/base/error.c <<'END'
/* malloc(3), free(p), exit(1) and "printf(x)" in a comment
 * of two lines: abort() */
static const char *const words = "malloc(3) /* exit(1)";
END
same 'comments and strings are not code' '' "$(house copy)"

# --- what the objects say: the sources could hide a call in a macro -----------------------------------

build=${KHOP_BUILD:-$root/build}
objects=$(find "$build/src/libkhop-core.a.p" -name '*.o' 2>/dev/null)
if command -v nm >/dev/null && [ -n "$objects" ]; then
  # shellcheck disable=SC2086
  nm -u $objects 2>/dev/null | awk '
    /:$/ { file = $0; sub(/.*\.p\//, "", file) }
    $1 == "U" && $2 ~ /^(_?exit|abort|printf|puts|putchar|perror|stdout|stderr)$/ { print file, $2 }
    $1 == "U" && $2 ~ /^(malloc|calloc|realloc|free|strdup|aligned_alloc|posix_memalign)$/ && file !~ /^base_memory/ { print file, $2 }
  ' >calls
  same 'no object of the library prints, ends the program or takes memory past the wrapper' '' \
    "$(grep -vE '^(data_catalogue.c.o|model_init.c.o): free$' calls)"
else
  skip 'the objects of the library: nm or the build folder is not here'
fi

finish
