#!/bin/sh
# predict.sh: khop predict reads its data as the training did, unless the command line says otherwise, and predicts where
# other data lack what only the training needed.
. "$(dirname "$0")/tap.sh"

predict() { "$khop" predict "$@"; }
# column NAME FILE.csv: its values.
column() { awk -F, -v name="$1" 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == name) c = i; next } { print c ? $c : "no column" }' "$2"; }

# --- labels and names --------------------------------------------------------------------------------

# 60 nodes on two circles: a team, a class that is not learned, names, a feature; yes/no tasks in `play` and `sing`.
awk 'BEGIN {
  split("team class who f play sing", name, " "); split("string string string double int int", type, " ")
  print "<graphml>"
  for (k = 1; k <= 6; k++) printf "<key id=\"k%d\" for=\"node\" attr.name=\"%s\" attr.type=\"%s\"/>\n", k, name[k], type[k]
  print "<graph edgedefault=\"undirected\">"
  for (i = 0; i < 60; i++) {
    printf "<node id=\"n%d\"><data key=\"k1\">%s</data><data key=\"k2\">%s</data>", i, i % 2 ? "x" : "y", i % 3 ? "p" : "q"
    printf "<data key=\"k3\">w%d</data><data key=\"k4\">%g</data>", i * 7 % 60, i % 2 + (i * 5 % 7) / 5
    printf "<data key=\"k5\">%d</data><data key=\"k6\">%d</data></node>\n", i % 2, i % 4 < 2
  }
  for (i = 0; i < 60; i++) printf "<edge source=\"n%d\" target=\"n%d\"/>\n", i, (i + 2) % 60
  print "</graph></graphml>"
}' >teams.graphml
# without KEY..: the file without attributes.
without() { sed -E "s/<key id=\"k[$1]\"[^>]*>//; s/<data key=\"k[$1]\">[^<]*<.data>//g" teams.graphml; }

check 'a model of a label that is asked for' "$khop" train teams.graphml --label team --features f --name who -q --epochs 5 --save t.safetensors
check 'is given no options again' predict t.safetensors teams.graphml -o t.csv
same 'and its true labels are those of the training' 'y x y' "$(column label t.csv | head -n 3 | paste -sd' ')"
same 'and its names' 'w0 w7 w14' "$(column name t.csv | head -n 3 | paste -sd' ')"
check 'another label' predict t.safetensors teams.graphml --label class -o c.csv
same 'is taken where it is given' 'q p p' "$(column label c.csv | head -n 3 | paste -sd' ')"
check 'a model of yes/no tasks' "$khop" train teams.graphml --label play,sing --features f -q --epochs 5 --save y.safetensors
check 'is given no options either' predict y.safetensors teams.graphml -o y.csv
same 'and has the true answers' 'no yes no no' "$(paste -sd' ' <<END
$(column 'label play' y.csv | sed -n 1,3p)
$(column 'label sing' y.csv | sed -n 3p)
END
)"

without 1 >unknown.graphml
run predict t.safetensors unknown.graphml -o u.csv
same 'data without labels are predicted' "$(column predicted t.csv)" "$(column predicted u.csv)"
same 'another attribute is no label' 'no column' "$(column label u.csv | sort -u)"
same 'the names stay' "$(column name t.csv)" "$(column name u.csv)"
check 'what was left out is told' grep -q "^khop predict: read without --label team of the training: unknown.graphml: has no vertex attribute 'team'" "$err"
without 13 >bare.graphml
run predict t.safetensors bare.graphml -o b.csv
same 'nor need there be names' "$(column predicted t.csv)" "$(column predicted b.csv)"
check 'which is told with it' grep -q 'read without --name who --label team of the training' "$err"
without 14 >poor.graphml
expect_error 1 'features are needed, and the message says so' 'poor.graphml: the data have no features .*the model was trained on 1: f' \
  predict t.safetensors poor.graphml -o p.csv
expect_error 1 'a label that is asked for is needed' "no vertex attribute 'team'" \
  predict t.safetensors unknown.graphml --label team -o p.csv
same 'and nothing is written' 'p.csv*' "$(echo p.csv*)"
without 3 >nameless.graphml
run "$khop" evaluate t.safetensors nameless.graphml --part all
check 'khop evaluate needs no names' grep -q 'accuracy' "$out"
expect_error 1 'but labels' "no vertex attribute 'team'" "$khop" evaluate t.safetensors unknown.graphml

# --- the reading of the graph --------------------------------------------------------------------------

# A list with a direction, whose numbers are places: node 3 has no edge.
awk 'BEGIN { for (i = 0; i < 40; i++) if (i != 3) print i, (i + (i % 3 ? 1 : 5)) % 40 == 3 ? 4 : (i + (i % 3 ? 1 : 5)) % 40 }' >d.list
awk 'BEGIN { print "id,label,f"; for (i = 0; i < 40; i++) print i "," (i % 2 ? "a" : "b") "," i % 5 }' >d.csv
read='--directed --ids position --format edges'
# shellcheck disable=SC2086
check 'a model of a list that has a direction' "$khop" train d.list --nodes d.csv $read --recipe ring --direction in -q --epochs 4 --save d.safetensors
# shellcheck disable=SC2086
check 'predicts, told all of it again' predict d.safetensors d.list --nodes d.csv $read -o told.npy
check 'and without a word' predict d.safetensors d.list --nodes d.csv -o kept.npy
check 'the same' cmp told.npy kept.npy
awk 'BEGIN { print "graph [ directed 1"; for (i = 0; i < 40; i++) printf "node [ id %d label \"%s\" f %d ]\n", i, i % 2 ? "a" : "b", i % 5 }
  { printf "edge [ source %d target %d ]\n", $1, $2 } END { print "]" }' d.list >d.gml
check 'a file that says its format and direction itself' predict d.safetensors d.gml -o gml.npy
check 'is read as what it is' cmp told.npy gml.npy
# --- how it is written -----------------------------------------------------------------------------------

# Targets that differ in the seventh digit and beyond: 1048576 + i / 8 is a float.
awk 'BEGIN { print "graph ["; for (i = 0; i < 40; i++) printf "node [ id %d y %.3f f %d ]\n", i, 1048576 + i / 8, i % 5
  for (i = 0; i < 40; i++) printf "edge [ source %d target %d ]\n", i, (i + 1) % 40; print "]" }' >far.gml
check 'a model of large numbers' "$khop" train far.gml --target y --features f -q --epochs 3 --save far.safetensors
check 'an ending in capitals' predict far.safetensors far.gml -o far.CSV
# 9 digits of 1048576.125 are 1048576.12 (half to even), which is nearer to that float than to any other
same 'numbers read back as the same float' '1048576 1048576.12 1048576.25' "$(column 'target y' far.CSV | head -n 3 | paste -sd' ')"
same 'and what is predicted is of their unit' 40 "$(column 'predicted y' far.CSV | awk '$1 > 1048570 && $1 < 1048590' | grep -c .)"
check 'tabs' predict far.safetensors far.gml -o far.TSV
same 'are tabs' "$(cat far.CSV)" "$(tr '\t' , <far.TSV)"

# --- molecules of classes ------------------------------------------------------------------------------

awk 'BEGIN { print "smiles,class,truth"; for (i = 0; i < 20; i++) print substr("CCCCCCCC", 1, 1 + i % 7) "N," (i % 2 ? "a,b" : "b,a") }' >classes.csv
check 'a model of molecules of classes' "$khop" train classes.csv --label class --duplicates apart --hidden 4 --layers 1 \
  --epochs 1 -q --save classes.safetensors
check 'predicts' "$khop" predict classes.safetensors classes.csv -o said.csv
same 'beside the label of the training' 'label b a b' "$(column label said.csv | head -n 3 | tr '\n' ' ' | sed 's/^/label /; s/ $//')"
check 'and with another column of labels' "$khop" predict classes.safetensors classes.csv --label truth -o said.csv
same 'beside that' 'label a b a' "$(column label said.csv | head -n 3 | tr '\n' ' ' | sed 's/^/label /; s/ $//')"
expect_error 1 'a column that is not there' 'classes.csv: .*no column "nope"' \
  "$khop" predict classes.safetensors classes.csv --label nope -o no.csv

# --- features by the graph -------------------------------------------------------------------------------

given='--name who --encodings profile:2,laplacian:3,walk:4'
run "$khop" train teams.graphml --label team $given --recipe gcn --epochs 5 --json -q --save enc.safetensors
same 'a training with encodings' 0 "$status"
score=$(field test "$out")
same 'is evaluated with the same' "$score" "$("$khop" evaluate enc.safetensors teams.graphml --json | sed -n 's/.*"accuracy":[[:space:]]*\([0-9.e-]*\).*/\1/p' | head -n 1)"
check 'predicts with the same' predict enc.safetensors teams.graphml -o enc.csv
same 'all nodes' "$(wc -l <t.csv)" "$(wc -l <enc.csv)"
check 'and explains by them' "$khop" explain enc.safetensors teams.graphml --node w0 -o why.csv
check 'by name' grep -q 'laplacian 3' why.csv
check 'and goes on' "$khop" train teams.graphml --resume enc.safetensors --epochs 6 -q
expect_error 2 'encodings that there are not' "^khop train: --encodings: 'pagerank:2' is no encoding: laplacian:K" \
  "$khop" train teams.graphml --label team --encodings pagerank:2
expect_error 1 'more eigenvectors than there are' '900 eigenvectors of the Laplacian' \
  "$khop" train teams.graphml --label team --encodings laplacian:900 -q
expect_error 2 'encodings beside rows of a file' '^khop train: --encodings: with --hop-features that was settled' \
  "$khop" train teams.graphml --label team --encodings walk:2 --hop-features h.npy

# --- some nodes ------------------------------------------------------------------------------------------

check 'three nodes by name, out of order' predict t.safetensors teams.graphml -o some.csv --rows w14,w0,w7
head -n 1 t.csv >wanted.csv
for name in w14 w0 w7; do grep ",$name," t.csv >>wanted.csv; done
same 'are those lines of the whole' "$(cat wanted.csv)" "$(cat some.csv)"
printf 'w14\r\nw0\nw7' >list.txt
check 'the same from a file' predict t.safetensors teams.graphml -o file.csv --rows @list.txt
same 'is the same' "$(cat wanted.csv)" "$(cat file.csv)"
check 'numbers to predict' predict far.safetensors far.gml -o fars.csv --rows 39,3
same 'have their own targets' '1048580.88 1048576.38' "$(column 'target y' fars.csv | paste -sd' ')"
check 'yes/no tasks' predict y.safetensors teams.graphml -o ys.csv --rows 21
same 'have their own answers' "$(grep '^21,' y.csv)" "$(tail -n 1 ys.csv)"
# refused LIST TEXT: exit 1, and TEXT is said; the file tells what else it holds.
refused() {
  status=0
  predict t.safetensors teams.graphml -o no.csv --rows "$1" >/dev/null 2>refused.txt || status=$?
  same "$1 is refused" "1 1" "$status $(grep -c "^khop predict: $2" refused.txt)"
}
for case in 'w0,nobody/--rows: no node of teams is named .nobody' 'w0,w7,w0/--rows: node .w0. is asked for twice' '@none.txt/none.txt: cannot be read'; do
  refused "${case%%/*}" "${case#*/}"
done
printf 'w0\n\nw7\n' >list.txt
refused @list.txt 'list.txt, line 2: it is empty'
: >list.txt
refused @list.txt 'list.txt: there is no node'
for list in '' , w0, ,w0 w0,,w7 @; do
  expect_error 2 "'$list' is no list" '--rows: not a list of nodes' "$khop" predict t.safetensors teams.graphml -o no.csv --rows "$list"
done
expect_error 2 'nodes of molecules' '--rows goes with one graph' "$khop" predict classes.safetensors classes.csv -o no.csv --rows 1
expect_error 2 'rows of hop features' '--rows is for models that read a graph' \
  "$khop" predict t.safetensors teams.graphml -o no.csv --rows w0 --hop-features h.npy
same 'and nothing was written' '' "$(ls no.csv 2>/dev/null)"
finish
