#!/bin/sh
# evaluate.sh: khop evaluate: which rows are scored, by which names, and that the scores are those of the training.
. "$(dirname "$0")/tap.sh"
cases=$fixtures/cases/graphs

evaluate() { "$khop" evaluate "$@"; }
# said FILE: the JSON holds no word for what is not a number.
no_nan() { ! grep -Eqi '[^a-z](nan|inf)' "$1"; }
# predictions CLASS CLASS FILE.csv: rows of the first class that are said to be of the second.
predictions() {
  awk -F, -v truth="$1" -v said="$2" 'NR == 1 { for (i = 1; i <= NF; i++) { if ($i == "predicted") p = i; if ($i ~ /^(label|true)/) l = i } }
    NR > 1 { n += $l == truth && $p == said } END { print n + 0 }' "$3"
}

# --- classes ----------------------------------------------------------------------------------------

check 'a model of the club' "$khop" train karate --recipe gcn --epochs 30 --json -q --save k.safetensors
"$khop" train karate --recipe gcn --epochs 30 --json -q >train.json
expect_output 'its test nodes are scored' \
  '^karate, model k.safetensors: 32 test nodes of split 0, as in the training$' evaluate k.safetensors karate
check 'with an interval' grep -Eq '^  accuracy [0-9.]+ % \(95 % interval [0-9.]+ to [0-9.]+ %\), balanced accuracy ' "$out"
check 'classes by name' grep -Eq '^  Officer +[01]\.[0-9]{4}  [01]\.[0-9]{4}  [01]\.[0-9]{4}       16 ' "$out"
run evaluate k.safetensors karate --json
cp "$out" k.json
same 'the accuracy is the one of the training, to the last digit' "$(field test_mean train.json)" "$(field accuracy k.json)"
for key in dataset part split accuracy_interval balanced_accuracy roc_auc log_loss brier calibration_error macro_average \
  weighted_average classes confusion_matrix mistakes calibration; do
  check "the JSON has $key" grep -q "\"$key\":" k.json
done
check 'and numbers alone' no_nan k.json
run evaluate k.safetensors karate --part all
check 'of all nodes the matrix is that of the predictions' "$khop" predict k.safetensors karate -o k.csv
for class in 'Mr. Hi' Officer; do
  same "row '$class'" "$(predictions "$class" 'Mr. Hi' k.csv) $(predictions "$class" Officer k.csv)" \
    "$(sed -n '/rows are true/,$p' "$out" | sed -n "s/^  $class  *//p" | tr -s ' ')"
done
expect_output 'training nodes, if asked for' ': 2 training nodes of split 0' evaluate k.safetensors karate --part train
expect_error 1 'a score over nothing' '^khop evaluate: karate has no validation node in split 0: there is nothing to score$' \
  evaluate k.safetensors karate --part val
expect_error 1 'a split that is not there' 'split 4: karate has splits 0 to 0' evaluate k.safetensors karate --split 4
if [ -n "$real_data" ] && [ -f "$real_data/cora.npz" ]; then
  check 'a model of Cora' "$khop" train "$real_data/cora.npz" --recipe ring --epochs 20 --seed 3 -q --save c.safetensors
  "$khop" train "$real_data/cora.npz" --recipe ring --epochs 20 --seed 3 -q --json >cora.json
  run evaluate c.safetensors "$real_data/cora.npz" --json
  same 'Cora: the accuracy is the one of the training' "$(field test_mean cora.json)" "$(field accuracy "$out")"
  run evaluate c.safetensors "$real_data/cora.npz" --part val --json
  same 'Cora: so is that of the validation' "$(field val_mean cora.json)" "$(field accuracy "$out")"
else
  skip 'Cora is not here'
fi

# --- names ------------------------------------------------------------------------------------------

check 'a model of colours' "$khop" train "$cases/columns_a.graphml" -q --epochs 100 --save a.safetensors
run evaluate a.safetensors "$cases/columns_a.graphml" --json --part all
cp "$out" a.json
run evaluate a.safetensors "$cases/columns_b_reordered.graphml" --json --part all
same 'columns in another order: the same scores' "$(grep -v dataset a.json)" "$(grep -v dataset "$out")"
expect_error 1 'other columns are refused' 'trained on gamma, beta, alpha, which the data lack; they have zeta, epsilon, delta' \
  evaluate a.safetensors "$cases/columns_c_renamed.graphml"
# without any blue node the classes are green and red: 0 and 1 of this file, 1 and 2 of the model
sed 's/<data key="d3">blue<.data>//' "$cases/columns_a.graphml" >two.graphml
run evaluate a.safetensors two.graphml --part all --json -q
same 'classes are matched by name' '1 0' "$(field accuracy "$out") $(sed -n '/"blue"/,/}/p' "$out" | field support /dev/stdin)"
sed 's/<data key="d3">green/<data key="d3">yellow/' "$cases/columns_a.graphml" >yellow.graphml
run evaluate a.safetensors yellow.graphml --part all -q
wanted=1 name='a class that the model does not know is refused by its name' regex="yellow.graphml: class 'yellow' is none .* blue, green, red"
check_error
expect_output 'but for those who insist' 'accuracy' evaluate a.safetensors yellow.graphml --part all -q --columns by-position
sed 's/<data key="d3">.*<.data>//' "$cases/columns_a.graphml" >bare.graphml
run evaluate a.safetensors bare.graphml --part all -q
wanted=1 name='data without labels are refused' regex='bare.graphml has no labels, and the model predicts classes'
check_error

# --- what the model was trained with -------------------------------------------------------------------

# 60 nodes on a circle: teams x and y, a class that is not asked for, two numbers, a height.
awk 'BEGIN {
  print "<graphml><key id=\"t\" for=\"node\" attr.name=\"team\" attr.type=\"string\"/>"
  print "<key id=\"c\" for=\"node\" attr.name=\"class\" attr.type=\"string\"/>"
  print "<key id=\"h\" for=\"node\" attr.name=\"height\" attr.type=\"double\"/>"
  print "<key id=\"f\" for=\"node\" attr.name=\"f\" attr.type=\"double\"/><graph edgedefault=\"undirected\">"
  for (i = 0; i < 60; i++) {
    height = (i * 7 % 11) / 4 + (i % 2)
    print "<node id=\"n" i "\"><data key=\"t\">" (i % 2 ? "x" : "y") "</data><data key=\"c\">" (i % 3 ? "p" : "q") "</data>"
    if (i % 10 != 4) print "<data key=\"h\">" height "</data>"
    print "<data key=\"f\">" (i % 2) + (i * 5 % 7) / 5 "</data></node>"
  }
  for (i = 0; i < 60; i++) print "<edge source=\"n" i "\" target=\"n" (i + 2) % 60 "\"/>"
  print "</graph></graphml>"
}' >teams.graphml
"$khop" train teams.graphml --label team --exclude class,height --split-seed 5 --epochs 9 -q --json --save t.safetensors >t.json 2>/dev/null
run evaluate t.safetensors teams.graphml --json -q
same 'the label and the seed of the split are those of the training' "$(field test_mean t.json) true" \
  "$(field accuracy "$out") $(field part_of_training "$out")"
run evaluate t.safetensors teams.graphml --split-seed 6
check 'another seed is told' grep -q 'not those of the training: the model may know these nodes' "$err"
same 'and scores its test nodes' 'test false' "$(evaluate t.safetensors teams.graphml --split-seed 6 --json -q >s.json; field part s.json) $(field part_of_training s.json)"
sed 's/target="n2"/target="n5"/; s/<edge source="n7"[^>]*>//' teams.graphml >other.graphml
run evaluate t.safetensors other.graphml
check 'of other data all nodes are scored' grep -q '^other.graphml, model t.safetensors: all 60 nodes$' "$out"
check 'and it is told' grep -q 'not the data that the model was trained on, .*: all nodes are scored' "$err"
sed 's/note.split mark/note.split marc/' t.safetensors >old.safetensors
expect_output 'a model by an older khop knows its split by number' 'test nodes of split 0, as in the training' \
  evaluate old.safetensors teams.graphml -q

# --- numbers ------------------------------------------------------------------------------------------

"$khop" train teams.graphml --target height --exclude team,class --epochs 9 -q --json --save h.safetensors >h.json 2>/dev/null
run evaluate h.safetensors teams.graphml --json -q
same 'targets: the error is the one of the training' "$(field test_mean h.json)" "$(field rmse "$out")"
same 'by name, with the missing ones' 'targets height' "$(field kind "$out") $(sed -n '/"targets":.*\[/,$p' "$out" | field name /dev/stdin)"
run evaluate h.safetensors teams.graphml --part all -q
check 'values and missing ones are counted' grep -Eq '^  height .* 54 +6$' "$out"
check 'rows without a target are told' grep -q ': all 60 nodes; 54 of them have a target$' "$out"
check 'predicted against true' evaluate h.safetensors teams.graphml -q --plot h.svg
check 'is a picture' grep -q '<svg' h.svg

# --- sets of graphs ------------------------------------------------------------------------------------

paths_and_cycles >set.txt
small='--hidden 8 --layers 1 --epochs 6 --batch 8 -q'
for how in '--splits 2' '--protocol folds --folds 4 --only 2' '--protocol nested --folds 3 --inner 2'; do
  # shellcheck disable=SC2086
  "$khop" train set.txt $small $how --ensemble 2 --json --save s.safetensors >s.json 2>/dev/null
  run evaluate s.safetensors set.txt --json
  same "$how: the graphs kept for the test, and the score of the ensemble there" \
    "$(sed -n '/"runs"/,$p' s.json | sed -n 's/.*"ensemble":[[:space:]]*\([0-9.e-]*\).*/\1/p' | tail -n 1) true 2" \
    "$(field accuracy "$out") $(field part_of_training "$out") $(field models "$out")"
done
awk 'NR == 1 { print 20; next } NR > 1 { line[NR] = $0 } END { at = 2; for (g = 0; g < 20; g++) { split(line[at], h, " ")
  for (i = 0; i <= h[1]; i++) print line[at + i]; at += h[1] + 1 } }' set.txt >half.txt
run evaluate s.safetensors half.txt
check 'of another set all graphs are scored' grep -q '^half.txt, model s.safetensors (2 models together): all 20 graphs$' "$out"
check 'and it is told' grep -q 'not the set that the model was trained on: all graphs are scored' "$err"
expect_error 1 'it has no test part' '^khop evaluate: --part: this is not the set' evaluate s.safetensors half.txt --part test
mv s-2.safetensors away
expect_error 1 'a member that is gone' 's-2.safetensors: cannot read' evaluate s.safetensors set.txt

awk 'BEGIN { print "smiles,long,heavy"; for (i = 0; i < 40; i++) { s = "C"; for (k = 0; k < i % 9; k++) s = s (i % 2 ? "C" : "O")
  print s "N," (i % 9 > 4) "," (i % 7 ? i % 2 : "") } }' >molecules.csv
# shellcheck disable=SC2086
run "$khop" train molecules.csv $small --duplicates apart --target long,heavy --metric roc-auc --json --save m.safetensors
cp "$out" m.json
run evaluate m.safetensors molecules.csv --json
same 'yes/no tasks: their ROC-AUC is the one of the training' "tasks $(field test_mean m.json)" "$(field kind "$out") $(field roc_auc "$out")"
expect_output 'missing answers are counted' '^  heavy .* 6$' evaluate m.safetensors molecules.csv --part all
awk -F, -v OFS=, '{ print $3, $1, $2 }' molecules.csv >columns.csv
same 'columns in another order: the same' "$(evaluate m.safetensors molecules.csv --part all | tail -n +2)" \
  "$(evaluate m.safetensors columns.csv --part all 2>/dev/null | tail -n +2)"
expect_error 1 'a table without the columns' 'heavy' sh -c 'cut -d, -f1,2 molecules.csv >less.csv; "$0" evaluate m.safetensors less.csv' "$khop"
expect_error 2 'tasks have no picture' '--plot: there is no picture' evaluate m.safetensors molecules.csv --plot m.svg
awk -F, -v OFS=, 'NR > 1 { $2 *= 2.5 } { print }' molecules.csv >numbers.csv
# shellcheck disable=SC2086
"$khop" train numbers.csv $small --target long,heavy --json --save r.safetensors >r.json 2>/dev/null
run evaluate r.safetensors numbers.csv --json
same 'numbers: the error is the one of the training, but for how many molecules go through the model at once' \
  "$(field test_mean r.json | cut -c1-6)" "$(field rmse "$out" | cut -c1-6)"
run evaluate r.safetensors numbers.csv --plot r.svg
check 'which target is drawn is told' grep -q -e '--plot: of 2 targets long is drawn' "$err"

# --- many classes, pictures ----------------------------------------------------------------------------

awk 'BEGIN {
  print "<graphml><key id=\"l\" for=\"node\" attr.name=\"label\" attr.type=\"string\"/>"
  print "<key id=\"f\" for=\"node\" attr.name=\"f\" attr.type=\"double\"/><graph edgedefault=\"undirected\">"
  for (i = 0; i < 320; i++) print "<node id=\"n" i "\"><data key=\"l\">kind " i % 16 "</data><data key=\"f\">" i % 5 "</data></node>"
  for (i = 0; i < 320; i++) print "<edge source=\"n" i "\" target=\"n" (i + 1) % 320 "\"/>"
  print "</graph></graphml>"
}' >many.graphml
check 'a model of sixteen classes' "$khop" train many.graphml --epochs 3 -q --save many.safetensors
run evaluate many.safetensors many.graphml --plot many.png
check 'the most frequent mistakes stand for the matrix' grep -Eq '^ +[0-9]+  kind [0-9]+, taken for kind [0-9]+$' "$out"
same 'ten of them' 10 "$(grep -c ', taken for ' "$out")"
check 'which classes are never predicted is told' grep -Eq 'never predicted \(kind [0-9]+, \.\.\): precision counts as 0' "$out"
same 'the picture is a PNG' PNG "$(head -c 4 many.png | tail -c 3)"
check 'a picture of two classes' evaluate k.safetensors karate --plot k.svg
expect_error 2 'a picture of another kind' "--plot: not a name that ends in .svg or .png: 'x.bmp'" evaluate k.safetensors karate --plot x.bmp
same 'and no file' 'x.bmp*' "$(echo x.bmp*)"

# --- hop features ---------------------------------------------------------------------------------------

check 'hop features' "$khop" hops teams.graphml --exclude team,class,height --missing mean -o hops.npy -q
"$khop" train teams.graphml --label team --exclude class,height --hop-features hops.npy --epochs 5 -q --json --save rows.safetensors >rows.json 2>/dev/null
run evaluate rows.safetensors teams.graphml --hop-features hops.npy --json -q
same 'a model of rows: the accuracy is the one of the training' "$(field test_mean rows.json)" "$(field accuracy "$out")"
expect_error 1 'rows of other data' 'hops.npy: 60 rows, and karate has 34 nodes' evaluate rows.safetensors karate --hop-features hops.npy --label label -q --part all --columns by-position

# --- what does not fit ----------------------------------------------------------------------------------

expect_error 1 'a model that is not there' '^khop evaluate: nope.safetensors: cannot read: ' evaluate nope.safetensors karate
echo nothing >bad.safetensors
expect_error 1 'a file that is no model' '^khop evaluate: bad.safetensors: ' evaluate bad.safetensors karate
mv away s-2.safetensors
expect_error 1 'a model of graphs on nodes' 's.safetensors is a model of sets of graphs, and karate is one graph' \
  evaluate s.safetensors karate
expect_error 1 'a model of nodes on a set' 'k.safetensors is a model of nodes, and set.txt is a set of graphs' \
  evaluate k.safetensors set.txt
expect_error 1 'a model of classes on numbers' 'teams.graphml has no labels but targets, and the model predicts classes' \
  evaluate t.safetensors teams.graphml -q --target height
expect_error 1 'a model of numbers on classes' 'teams.graphml has no targets but labels, and the model predicts numbers' \
  evaluate h.safetensors teams.graphml -q --label team
check 'what was left out of a training is left out of predictions' "$khop" predict t.safetensors teams.graphml -o t.csv --label team
expect_error 2 'an option of nodes for a set' '--label is for one graph, and s.safetensors is a model of sets' \
  evaluate s.safetensors set.txt --label x
expect_error 2 'an option of sets for nodes' '--smiles-column is for sets of graphs, and k.safetensors is a model of nodes' \
  evaluate k.safetensors karate --smiles-column x
expect_error 2 'a part that is none' "--part: not a part: 'x' \(train, val, test, all\)" evaluate k.safetensors karate --part x
finish
