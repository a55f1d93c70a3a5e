#!/bin/sh
# Every snippet of README.md is run: shell blocks of the command line by line, the C block built
# and run against this build, and the blocks of output compared with what is printed.
# Needs KHOP (the command), KHOP_SOURCE_ROOT, KHOP_BUILD, KHOP_CC, KHOP_SANITIZE.
set -u
readme=$KHOP_SOURCE_ROOT/README.md
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
ln -s "$KHOP_SOURCE_ROOT/datasets" "$folder/datasets"
cd "$folder" || exit 1
number=0

report() { # report STATUS NAME
  number=$((number + 1))
  if [ "$1" = 0 ]; then echo "ok $number - $2"; else echo "not ok $number - $2"; fi
}

# block LANGUAGE PATTERN: the fenced blocks of a language, those whose text matches the pattern.
block() {
  awk -v language="$1" -v pattern="$2" '
    $0 == "```" language && !inside { inside = 1; text = ""; next }
    $0 == "```" && inside { inside = 0; if (text ~ pattern) printf "%s", text; next }
    inside { text = text $0 "\n" }' "$readme"
}

khop() { "$KHOP" "$@"; }

# The lines that begin with khop.
block sh '^khop ' >commands
[ -s commands ]
report $? "README has commands"
while read -r line; do
  eval "$line" >output 2>error </dev/null
  report $? "$line"
done <commands

# What the first of them prints.
block '' '^karate: 34 nodes' >expected
eval "$(head -n 1 commands)" >output
diff -u expected output >&2
report $? "the printed description of karate"

# The program.
block c 'khop_train' >train.c
[ "${KHOP_SANITIZE:-none}" = none ] || sanitize=-fsanitize=$KHOP_SANITIZE
${KHOP_CC:-cc} -std=c11 -Wall -Wextra -Wpedantic -Werror ${sanitize:-} train.c \
  -I"$KHOP_SOURCE_ROOT/include" -L"$KHOP_BUILD/src" -lkhop \
  -Wl,-rpath,"$KHOP_BUILD/src" -o train
report $? "the C program builds"
./train >output && grep -q '^test accuracy 0\.[0-9]*$\|^test accuracy 1.000$' output
report $? "the C program trains"

# The two commands exist; tests do not call themselves.
for command in $(block sh '^sh tools' | awk '{ print $2 }'); do
  [ -x "$KHOP_SOURCE_ROOT/$command" ]
  report $? "$command is there"
done

# The figures in the table are those of the committed results.
figure=$(grep -o '[0-9.]* +- [0-9.]* % over 20 runs' "$readme" | cut -d% -f1)
[ -n "$figure" ] && grep -q "ring (default).*${figure% }" "$KHOP_SOURCE_ROOT/docs/results.md"
report $? "the figure for Cora stands in docs/results.md"
echo "1..$number"
