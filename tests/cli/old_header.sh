#!/bin/sh
# old_header.sh: a program that was compiled when the structs of options had a field less runs with this library, and
# gets what the defaults of that field give.
#
# In a copy of the headers the last fields of each struct are taken away, until it is smaller. Not tried: khop_recipe,
# which khop fills too and which therefore stays as large as it is; khop_new_node, whose last field is needed; what needs
# a library; and structs that stand in others by value, which keep their size by reserved room (unit/test_options.c).
. "$(dirname "$0")/tap.sh"
build=${KHOP_BUILD:-$root/build}
structs='audit_options aspp_options atrous_options batch_options conv_call conv_options csr data_options explain_options
  gated_options graph_edits hop_options rings_options run_options separable_options stack_options tcn_options
  train_options'

# shortened STRUCT FILE: the file without the last declaration of a field in that struct.
shortened() {
  awk -v end="^} khop_$1;" '
    { line[NR] = $0 }
    /^typedef struct/ { last = 0 }
    /^  [a-z][^*]*[ *]\**[(a-z].*;/ { last = NR }
    $0 ~ end { gone = last }
    END {
      for (i = 1; i <= NR; i++) {
        if (i != gone) { print line[i]; continue }
        while (line[i] ~ /\/\*/ && line[i] !~ /\*\//) line[i + 1] = "/*" line[++i]
      }
    }' "$2"
}
# sizes FOLDER: "STRUCT BYTES" of each, by those headers.
sizes() {
  {
    echo '#include <khop/khop.h>'
    echo '#include <stdio.h>'
    echo 'int main(void) {'
    for one in $structs; do printf '  printf("%s %%zu\\n", sizeof(khop_%s));\n' "$one" "$one"; done
    echo 'return 0; }'
  } >sizes.c
  ${KHOP_CC:-cc} -std=c11 -DKHOP_BUILDING -I"$1" sizes.c -o sizes && ./sizes
}
# shorten STRUCT: in the headers of old/.
shorten() {
  header=$(grep -l "^} khop_$1;" old/khop/*.h)
  shortened "$1" "$header" >header && ! cmp -s header "$header" && mv header "$header"
}
# compiled PROGRAM FOLDER: against those headers, and linked with the library of the build.
compiled() {
  ${KHOP_CC:-cc} -std=c11 -Wall -Wextra -Werror -I"$2" "$root/tests/consumer/old_header.c" -o "$1" -L"$build/src" \
    -lkhop -Wl,-rpath,"$build/src"
}

if [ "${KHOP_SANITIZE:-none}" != none ]; then
  skip 'programs of their own do not start with the runtime of a sanitizer'
  finish
fi
cp -R "$root/include" old
sizes "$root/include" >now
for name in $structs; do
  for field in 1 2 3; do
    shorten "$name" || break
    sizes old >before
    [ "$(grep "^$name " before)" = "$(grep "^$name " now)" ] || break
  done
done
same 'the old structs are all smaller' "$(wc -w <<END
$structs
END
)" "$(sort now before | uniq -u | cut -d' ' -f1 | uniq | wc -l)"

check 'a program compiles against the headers' compiled new "$root/include"
check 'and against the old ones' compiled old_program old
check 'it runs' sh -c './new >new.lines'
check 'compiled by the old ones too, with this library' sh -c './old_program >old.lines'
same 'with the same results' "$(grep '^sum' new.lines)" "$(grep '^sum' old.lines)"
same 'of every struct' "$(for name in $structs; do echo "khop_$name"; done | sort)" \
  "$(awk '$1 == "size" { print $2 }' old.lines | sort -u)"
same 'and all were handed over smaller' '' "$(grep -h '^size' new.lines | sort -u >a; grep -h '^size' old.lines |
  sort -u | comm -12 a -)"

# The checker is checked: a library that read as many bytes as it knows would see what lies behind the old struct.
sed 's/\.size = sizeof(type)/.size = 0/' "$root/tests/consumer/old_header.c" >zero.c
check 'a struct that says it has more is read further' sh -c '
  ${KHOP_CC:-cc} -std=c11 -Iold zero.c -o zero -L"$0" -lkhop -Wl,-rpath,"$0" && ! ./zero >zero.lines 2>&1 ||
  ! grep "^sum" zero.lines | cmp -s - "$1"' "$build/src" old.lines
finish
