#!/bin/sh
# tasks.sh: several labels a node or a graph, as yes/no tasks: from the file through training to the prediction.
. "$(dirname "$0")/tap.sh"

# A circle of 40 nodes with two features, and chords. Task "same" is whether the node has a, "next" whether a
# neighbour has; every seventh answer of each is missing (hole).
graph() { # graph NAME HOLE
  awk -v hole="$2" 'function has(i) { return i % 40 * 7 % 5 % 2 }
  BEGIN {
    print "graph ["
    for (i = 0; i < 40; i++) {
      a = has(i); b = has(i + 39) || has(i + 1); part = i % 4 == 0 ? "val" : i % 4 == 1 ? "test" : "train"
      printf "node [ id %d name \"n%d\" split \"%s\" a %d noise %d ", i, i, part, a, i % 3
      printf "same %s next %s tags \"%s\" ]\n", i % 7 == 0 ? hole : a, i % 7 == 3 ? hole : b,
        a ? b ? "A;B" : "A" : b ? "B" : "C"
    }
    for (i = 0; i < 40; i++) printf "edge [ source %d target %d ]\n", i, (i + 1) % 40
    print "]"
  }' >"$1"
}
graph tasks.gml -1
graph texts.gml '"?"'
sed 's/"?"/"n\/a"/' texts.gml >others.gml
train() { "$khop" train "$@" --recipe mixhop --hidden 8 --epochs 60 --features a,noise --lr 0.05 -q; }

# --- what they are ------------------------------------------------------------------------------

run "$khop" info tasks.gml --label same,next --features a,noise --max-hop 0
check 'info counts answers' grep -q '^    same  *14, 20, 6$' "$out"
check 'a task each' grep -q '^  tasks  *2, yes/no' "$out"
check 'and tells how many' \
  grep -q "note  *'same, next': 2 yes/no tasks a node, 1.0 of them yes on average; 12 of 80 answers are missing" "$out"
expect_output 'in JSON' '"task_counts":' "$khop" info tasks.gml --label same,next --features a,noise --max-hop 0 --json
expect_output 'lists of words' "'tags': 3 yes/no tasks a node" \
  "$khop" info tasks.gml --label tags --features a --max-hop 0
expect_error 1 'what is no answer' "'a.b' of node 0 is 2|'noise' of node 2 is 2" \
  "$khop" info tasks.gml --label same,noise

# --- training -----------------------------------------------------------------------------------

check 'tasks are trained' sh -c 'exec "$@" >report' sh "$khop" train tasks.gml --label same,next --features a,noise \
  --recipe mixhop --hidden 8 --epochs 60 --lr 0.05 -q --save m.safetensors
check 'by their ROC-AUC' grep -q 'roc-auc on the test nodes' report
check 'and are named' grep -q '^  2 yes/no tasks: same, next$' report
train tasks.gml --label same,next --json >report.json 2>/dev/null
check 'in JSON too' grep -q '"tasks":.*\["same", "next"\]' report.json
check 'well' awk -v score="$(field test_mean report.json)" 'BEGIN { exit !(score > 0.95) }'
for metric in micro-f1 macro-f1; do
  train tasks.gml --label same,next --metric $metric --json >report.json 2>/dev/null
  check "and by $metric" awk -v score="$(field test_mean report.json)" 'BEGIN { exit !(score > 0.9) }'
done
expect_error 1 'accuracy is of one class a node' 'accuracy is not for yes/no tasks' \
  "$khop" train tasks.gml --label same,next --metric accuracy --features a -q
expect_error 1 'an error is of numbers' 'rmse is not for yes/no tasks' \
  "$khop" train tasks.gml --label same,next --metric rmse --features a -q
for form in texts others; do train $form.gml --label same,next --save $form.safetensors >$form.out 2>/dev/null; done
train tasks.gml --label same,next --save numbers.safetensors >/dev/null 2>&1
# The end of a checkpoint is weights and moments; its head says how long the training took.
weights() { tail -c 3000 "$1" | cksum; }
same 'how a missing answer is written changes no bit' "$(weights texts.safetensors)" "$(weights others.safetensors)"
same 'nor whether answers are numbers or texts' "$(weights texts.safetensors)" "$(weights numbers.safetensors)"
graph wrong.gml 1 && train wrong.gml --label same,next --save wrong.safetensors >/dev/null 2>&1
differ 'and an answer changes them' "$(weights texts.safetensors)" "$(weights wrong.safetensors)"
check 'targets of 0 and 1 are tasks by their metric' \
  "$khop" train tasks.gml --target a --metric roc-auc --features noise --epochs 20 -q
expect_error 1 'other targets are none' 'task 0 of node 2 is 2' \
  "$khop" train tasks.gml --target noise --metric roc-auc --features a -q

# --- predictions --------------------------------------------------------------------------------

"$khop" predict m.safetensors tasks.gml -o p.csv >/dev/null 2>&1
same 'columns are named' \
  'node,name,predicted same,predicted next,probability of same,probability of next,label same,label next' \
  "$(head -n 1 p.csv)"
same 'a row a node' 41 "$(wc -l <p.csv | tr -d ' ')"
same 'a missing answer is empty' 'n0,,' "$(sed -n 2p p.csv | cut -d, -f 2,7 | sed 's/$/,/')"
check 'yes is above a half' awk -F, \
  'NR > 1 && (($3 == "yes") != ($5 > 0.5) || ($4 == "yes") != ($6 > 0.5)) { exit 1 }' p.csv
check 'most are right' awk -F, 'NR > 1 && $7 { n++; right += $3 == $7 } END { exit !(n == 34 && right > 32) }' p.csv
sed 's/ same [-0-9]*//; s/ next [-0-9]*//; s/ tags "[^"]*"//' tasks.gml >bare.gml
"$khop" predict m.safetensors bare.gml -o bare.csv >/dev/null 2>&1
same 'without answers none is shown' 'node,name,predicted same,predicted next,probability of same,probability of next' \
  "$(head -n 1 bare.csv)"
same 'and the predictions are the same' "$(cut -d, -f 1-6 p.csv | cksum)" "$(cksum <bare.csv)"
"$khop" predict m.safetensors tasks.gml -o p.npy >/dev/null 2>&1
same 'an array of two columns' "$((128 + 40 * 2 * 4))" "$(wc -c <p.npy | tr -d ' ')"

# --- a break, and rows of hops ------------------------------------------------------------------

whole="tasks.gml --label same,next --features a,noise --recipe mixhop --hidden 8 --patience never -q"
"$khop" train $whole --epochs 30 --save whole.safetensors >/dev/null 2>&1
"$khop" train $whole --epochs 10 --save half.safetensors >/dev/null 2>&1
"$khop" train tasks.gml --resume half.safetensors --epochs 30 --save resumed.safetensors -q >/dev/null 2>&1
same 'goes on as if there had been no break' "$(weights whole.safetensors)" "$(weights resumed.safetensors)"
"$khop" hops tasks.gml --features a,noise --hops 0,1 -o rows.npy >/dev/null 2>&1
expect_output 'rows of hop features' 'roc-auc on the test nodes' \
  "$khop" train tasks.gml --label same,next --features a,noise \
  --hop-features rows.npy --batch 8 --epochs 20 --quiet

# --- sets of graphs -----------------------------------------------------------------------------

cat >t.awk <<'A'
BEGIN {
  print "smiles,acid,ring,mass" >"drugs.csv"
  for (i = 1; i <= 40; i++) {
    acid = i % 2; ring = i % 3 == 0; smiles = ""
    for (k = 0; k < 1 + i % 5; k++) smiles = smiles "C"
    if (ring) smiles = smiles "c1ccccc1"
    if (acid) smiles = smiles "C(=O)O"
    printf "%s,%s,%s,%g\n", smiles, i % 11 == 0 ? "" : acid ? "True" : "False", ring, i / 2 >"drugs.csv"
  }
}
A
awk -f t.awk
molecules="drugs.csv --hidden 8 --epochs 8 --split-seed 3 --duplicates apart"
run "$khop" train $molecules --target acid,ring --save d.safetensors
same 'molecules are trained' 0 "$status"
check 'columns of 0 and 1 are tasks, and it is told' \
  grep -q 'the 2 targets are all 0 and 1: they are learned as yes/no tasks; --metric rmse' "$err"
check 'scored by ROC-AUC' grep -q 'roc-auc on the test graphs' "$out"
check 'and named' grep -q '2 yes/no tasks: acid, ring' "$out"
expect_output 'numbers where that is asked for' 'rmse on the test graphs' \
  "$khop" train $molecules --target acid,ring --metric rmse -q
expect_output 'micro-F1' 'micro-f1 on the test graphs' "$khop" train $molecules --target acid,ring --metric micro-f1 -q
expect_output 'other columns are numbers' 'rmse on the test graphs' "$khop" train $molecules --target ring,mass -q
expect_error 1 'which are no tasks' 'metric roc-auc: task 1 of graph 0 is 0.5' \
  "$khop" train $molecules --target ring,mass --metric roc-auc -q
expect_error 2 'a picture is of numbers' 'yes/no tasks' "$khop" train $molecules --target acid,ring --scatter fit.svg -q
"$khop" predict d.safetensors drugs.csv -o d.csv >/dev/null 2>&1
check 'predictions have the names of the tasks' sh -c 'head -n 1 d.csv | grep -q acid && head -n 1 d.csv | grep -q ring'
finish
