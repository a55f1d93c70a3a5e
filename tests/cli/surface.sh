#!/bin/sh
# surface.sh: what programs link with goes on as tests/files/surface.txt has it, the surface of 0.2.0.
#
# The list has each exported name with its version, and each declaration of the headers on a line. What is gone or
# changed is a breach; structs that begin with their size and enums may grow at their end (docs/linking.md). What is
# new is told, and is added to the list at a release: KHOP_SURFACE=write writes it anew.
. "$(dirname "$0")/tap.sh"
build=${KHOP_BUILD:-$root/build}
list=$fixtures/surface.txt

# declarations FOLDER: of khop's headers alone, one a line. igraph.h and graphblas.h need headers of others.
declarations() {
  for header in "$1"/khop/*.h; do
    case $header in */igraph.h | */graphblas.h) ;; *) echo "#include \"$header\"" ;; esac
  done >all.c
  ${KHOP_CC:-cc} -std=c11 -DKHOP_BUILDING -E -I"$1" all.c | awk -v folder="$1/khop/" '
    /^# [0-9]/ { khop = index($3, folder) == 2; next }
    khop { gsub(/__attribute__ *\(\([a-z]*(\(([^()]|\([^()]*\))*\))?\)\)/, ""); text = text " " $0 }
    END {
      gsub(/[ \t]+/, " ", text)
      for (i = 1; i <= length(text); i++) {
        c = substr(text, i, 1)
        depth += (c == "{") - (c == "}")
        if (c == ";" && depth == 0) { sub(/^ */, "", line); print line; line = "" } else line = line c
      }
    }'
}
# surface LIBRARY INCLUDE
surface() {
  nm -D --defined-only "$1" | awk '$3 ~ /^khop_/ { print "symbol " $3 }' | sort
  declarations "$2" | sort -u
}
# breaches OLD NEW: lines of OLD that NEW has neither as they are nor longer at their end
breaches() {
  awk 'function head(line) { sub(/ size_t reserved\[[0-9]*\];/, "", line); sub(/,? \} *khop_[a-z0-9_]*$/, "", line); return line }
    function grows(line) { return line ~ /^typedef (enum [a-z_]* \{|struct [a-z_]* \{ size_t size;)/ }
    NR == FNR { here[$0]; if (grows($0)) now[$3] = head($0); next }
    $0 in here { next }
    grows($0) && ($3 in now) && index(now[$3], head($0)) == 1 { next }
    { print }' "$2" "$1"
}

surface "$build/src/libkhop.so" "$root/include" >now
[ "${KHOP_SURFACE:-}" != write ] || cp now "$list"
same 'what 0.2.0 has is there, and as it was' '' "$(breaches "$list" now)"
grep -Fvxf "$list" now | sed 's/^/# new since 0.2.0, to be added to tests\/files\/surface.txt at a release: /'
check 'the list has symbols' test "$(grep -c '^symbol khop_[a-z0-9_]*@@KHOP_0$' "$list")" -gt 300
check 'the list has structs' test "$(grep -c '^typedef struct khop_[a-z_]* {' "$list")" -gt 50

# The checker is checked.
sed '/^symbol khop_train@@/d' now >other
same 'a symbol that is gone is a breach' 'symbol khop_train@@KHOP_0' "$(breaches now other)"
sed 's/^symbol khop_train@@KHOP_0/symbol khop_train@@KHOP_1/' now >other
same 'and one with another version' 'symbol khop_train@@KHOP_0' "$(breaches now other)"
sed 's/khop_set_threads(int threads)/khop_set_threads(long threads)/' now >other
same 'and another argument' 'khop_status khop_set_threads(int threads)' "$(breaches now other)"
sed 's/ int patience;/ int64_t patience;/' now >other
same 'and another type of a field' 1 "$(breaches now other | wc -l)"
sed 's/ int patience;//' now >other
same 'and a field that is gone' 1 "$(breaches now other | wc -l)"
sed 's/ } khop_train_options$/ int more; } khop_train_options/; s/ } khop_status$/, KHOP_E_MORE = 120 } khop_status/
  s/ size_t reserved\[4\]; } khop_read_options$/ int more; size_t reserved[3]; } khop_read_options/' now >other
differ 'a field at the end, in the room that is reserved, a number of an enum: they are new' "$(cat now)" "$(cat other)"
same 'and no breach' '' "$(breaches now other)"

sed 's/ } khop_report$/ int more; } khop_report/' now >other
same 'a field more in a struct that khop fills is a breach' 1 "$(breaches now other | wc -l)"

finish
