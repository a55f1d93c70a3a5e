#!/bin/sh
# Every snippet of README.md and of the pages of docs is run: shell blocks of the command line by line, the C block of the
# README built and run against this build, and the blocks of output compared with what is printed. Blocks of Python are
# run by python/tests/test_docs.py, cells by tools/site.
# Then the other pages: what they point at is there, and the picture of the rooms is that of the tree.
# Needs KHOP (the command), KHOP_SOURCE_ROOT, KHOP_BUILD, KHOP_CC, KHOP_SANITIZE.
set -u
readme=$KHOP_SOURCE_ROOT/README.md
tour=$KHOP_SOURCE_ROOT/docs/tour.md
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
    inside { text = text $0 "\n" }' "$readme" "$KHOP_SOURCE_ROOT"/docs/*.md "$KHOP_SOURCE_ROOT"/docs/guide/*.md
}

khop() { "$KHOP" "$@"; }

# What the lines find on a reader's machine: a package index, files of molecules, an edge list and a table.
mkdir bin
printf '#!/bin/sh\ncat "%s/packages"\n' "$folder" >bin/apt-cache
chmod +x bin/apt-cache
awk 'BEGIN {
  split("web mail file chat", word, " ")
  for (i = 0; i < 300; i++)
    printf "Package: p%03d\nSection: %s\nDepends: p%03d, p%03d\nDescription: a %s thing%d\n\n", i,
           i % 2 ? "net" : "libs", (i + 1) % 300, (7 * i) % 300, word[i % 4 + 1], i >"packages"
  for (i = 0; i < 60; i++) {
    chain = substr("CCCCCCCCCCCC", 1, i % 12 + 1) (i % 3 ? "O" : "c1ccccc1")
    if (i < 5) print chain >"mols.smi"
    if (i < 5) print chain >"molecules.smi"
    if (!i) print "smiles,solubility" >"esol.csv"
    print chain "," i % 3 - (i % 12) / 2 >"esol.csv"
    if (!i) print "id,club,age" >"people.csv"
    print "p" i "," (i % 2 ? "chess" : "rowing") "," 20 + i % 9 >"people.csv"
    print "p" i ",p" (i + 2) % 60 >"friends.csv"
  }
}'
awk 'BEGIN {
  print "graph ["
  for (i = 0; i < 60; i++) printf "node [ id %d age %d sport %d music %d ]\n", i, i, i % 3 == 0, i % 7 ? i % 2 : -1
  for (i = 0; i < 60; i++) printf "edge [ source %d target %d ]\n", i, (i + 3) % 60
  print "]"
}' >people.gml
export PATH="$PWD/bin:$PATH" XDG_DATA_HOME="$PWD/share"

# The lines that begin with khop.
block sh '^khop ' >commands
[ -s commands ]
report $? "the pages have commands"
for page in "$readme" "$tour"; do
  [ "$(grep -c '^khop ' "$page")" -gt 5 ]
  report $? "$(basename "$page") has commands of its own"
done
while read -r line; do
  eval "$line" >output 2>error </dev/null
  status=$?
  report $status "$line"
done <commands

# Languages of other blocks are those that a test runs.
strange() { # strange FOLDER: pages with blocks of C that neither this test nor consumers.sh looks at
  grep -l '^```c$' "$1"/*.md "$1"/guide/*.md 2>/dev/null | grep -v '/linking.md$\|/interchange.md$'
}
[ -z "$(strange "$KHOP_SOURCE_ROOT/docs")" ]
report $? "every block of C is looked at"
mkdir pages && printf '```c\nint x = ;\n```\n' >pages/new.md
[ "$(strange pages)" = pages/new.md ]
report $? "caught: a block of C that nobody looks at"

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
[ -n "$figure" ] && grep -q "ring (chosen by .auto.).*${figure% }" "$KHOP_SOURCE_ROOT/docs/results.md"
report $? "the figure for Cora stands in docs/results.md"

# --- the pages ----------------------------------------------------------------------------------------

# is_run PAGE: whether the block of C of a page is a part of the test that runs it, whatever stands before its lines.
is_run() {
  awk '{ sub(/^ */, "") }
    FNR == 1 { file++ }
    file == 1 && /^```/ { inside = $0 == "```c"; next }
    file == 1 && inside { part = part $0 "\n" }
    file == 2 { all = all $0 "\n" }
    END { exit part == "" || !index(all, part) }' "$1" "$KHOP_SOURCE_ROOT/tests/unit/test_interchange.c"
}
is_run "$KHOP_SOURCE_ROOT/docs/interchange.md"
report $? "the lines of docs/interchange.md are those that a test runs"
sed 's/weight, 4, 5/weight, 5, 4/' "$KHOP_SOURCE_ROOT/docs/interchange.md" >other.md
! is_run other.md
report $? "caught: lines that no test runs"

# dangling ROOT: a line for each link of a page, and each note that a source names, that leads nowhere.
dangling() {
  (cd "$1" && for page in README.md CONTRIBUTING.md docs/*.md docs/*/*.md bench/README.md; do
    grep -o ']([^)#]*' "$page" | cut -c3- | grep -v '^https*:' | sort -u | while read -r link; do
      [ -e "$(dirname "$page")/$link" ] || echo "$page: $link"
    done
  done
  grep -rho 'docs/[a-z]*/[-0-9a-z_]*\.md' src include tests/unit docs | sort -u | while read -r page; do
    [ -e "$page" ] || echo "sources: $page"
  done)
}
found=$(dangling "$KHOP_SOURCE_ROOT")
[ -z "$found" ]
report $? "every link and every note that a comment names is there"
[ -z "$found" ] || echo "$found" >&2
mkdir -p copy/docs/notes copy/bench copy/src copy/include copy/tests/unit
for page in README.md CONTRIBUTING.md docs/design.md docs/notes/README.md bench/README.md; do
  echo 'See [there](README.md), [nowhere](nowhere.md) and https://example.org.' >copy/$page
done
echo '/* docs/notes/2026-11-nothing.md has the figures. */' >copy/src/x.c
[ "$(dangling copy | grep -c 'nowhere.md$\|sources: docs/notes/2026-11-nothing.md$')" = 6 ]
report $? "caught: a link to nowhere in each page, and a note that is not there"

# missing_files ROOT PAGE: a line for each file that the page names, as `data/load.c` or `tools/test`, and is not there,
# neither from the root nor from src.
missing_files() {
  grep -o '`[a-z_]*/[a-z_0-9./]*`' "$1/$2" | tr -d '`' | grep -v '^build' | sort -u | while read -r file; do
    [ -e "$1/$file" ] || [ -e "$1/src/$file" ] || echo "$2: $file"
  done
}
found=$(for page in CONTRIBUTING.md docs/design.md docs/rules.md docs/derivations/conv.md docs/derivations/ladder.md; do
  missing_files "$KHOP_SOURCE_ROOT" "$page"
done)
[ -z "$found" ]
report $? "every file that the pages name is there"
[ -z "$found" ] || echo "$found" >&2
mkdir -p copy/src/data && : >copy/src/data/load.c
echo 'It begins in `data/load.c` and ends in `data/nothing.c`.' >copy/docs/design.md
[ "$(missing_files copy docs/design.md)" = "docs/design.md: data/nothing.c" ]
report $? "caught: a file that is not there"

# Every note is in the index.
for note in "$KHOP_SOURCE_ROOT"/docs/notes/2*.md; do
  grep -q "($(basename "$note"))" "$KHOP_SOURCE_ROOT/docs/notes/README.md" || echo "$note" >&2
done 2>missing
[ ! -s missing ]
report $? "every note stands in docs/notes/README.md"

# The picture of the rooms, drawn again.
"$KHOP_SOURCE_ROOT/tools/architecture" "$PWD/architecture.svg" &&
  cmp architecture.svg "$KHOP_SOURCE_ROOT/docs/architecture.svg" >&2
report $? "docs/architecture.svg is what tools/architecture draws"
echo "1..$number"
