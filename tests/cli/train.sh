#!/bin/sh
# train.sh: khop train: its JSON, seeds, splits, threads, checkpoints, Ctrl-C, and every bad option.
. "$(dirname "$0")/tap.sh"

# Six cliques of six nodes on a circle, three classes, two features, a split. Small, not separable at
# once: a training of a few hundred epochs moves.
awk 'BEGIN {
  print "<graphml xmlns=\"http://graphml.graphdrawing.org/xmlns\">"
  split("label:string split:string a:double b:double", keys, " ")
  for (k = 1; k <= 4; k++) { split(keys[k], p, ":")
    printf "<key id=\"%s\" for=\"node\" attr.name=\"%s\" attr.type=\"%s\"/>\n", p[1], p[1], p[2] }
  print "<graph edgedefault=\"undirected\">"
  n = 36
  for (i = 0; i < n; i++) {
    class = int(i / 6) % 3; part = i % 6 == 0 ? "train" : i % 6 < 3 ? "val" : "test"
    printf "<node id=\"%d\"><data key=\"label\">%s</data><data key=\"split\">%s</data>", i, substr("xyz", class + 1, 1), part
    printf "<data key=\"a\">%g</data><data key=\"b\">%g</data></node>\n", (i * 7 % 11) / 11 + class / 9, (i * 5 % 13) / 13 - class / 9
  }
  for (i = 0; i < n; i++) for (j = i + 1; j < n; j++)
    if (int(i / 6) == int(j / 6) || j == i + 6 || j == i + 30 && i % 6 == 0)
      printf "<edge source=\"%d\" target=\"%d\"/>\n", i, j
  print "</graph></graphml>"
}' >small.graphml
small="small.graphml --recipe dilated --hidden 8 --dilations 1,2 --lr 0.003"

# --- the report -----------------------------------------------------------------------------------

run "$khop" train $small --epochs 30 --seeds 2 --json
cp "$out" two.json
same 'khop train --json succeeds' 0 "$status"
for key in dataset recipe metric test_mean test_std runs seed split val test epochs seconds \
  seconds_per_epoch peak_bytes; do
  check "the JSON has \"$key\"" grep -q "\"$key\":" two.json
done
same 'two seeds are two runs' '0 1' "$(sed -n 's/.*"seed":[[:space:]]*\([0-9]*\).*/\1/p' two.json | tr '\n' ' ' | sed 's/ $//')"
same 'one object, and nothing else, on stdout' '{ }' "$(head -n 1 two.json) $(tail -n 1 two.json)"
same 'the data set is named' small "$(field dataset two.json)"
same 'the test mean is that of the runs' "$(field test_mean two.json | cut -c 1-8)" \
  "$(sed -n 's/.*"test":[[:space:]]*\([0-9.e-]*\).*/\1/p' two.json | awk '{s += $1} END {printf "%.15g", s / NR}' | cut -c 1-8)"
same 'a line a run on stderr' 2 "$(grep -c '^run [12]/2 ' "$err")"
check 'no progress line where stderr is no terminal' sh -c '! grep -q "$(printf "\033")" "$0"' "$err"
run "$khop" train $small --epochs 30 --seeds 2 --quiet
same 'a report for people on stdout' 2 "$(wc -l <"$out" | tr -d ' ')"
same 'with --quiet nothing on stderr' 0 "$(wc -c <"$err" | tr -d ' ')"
check 'the report says what was measured' grep -q 'accuracy on the test nodes .* over 2 runs' "$out"
run "$khop" train karate --epochs 20 --seeds 2
check 'data without validation nodes: no "nan" in the report' sh -c '! grep -qi nan "$0" "$1"' "$out" "$err"
run "$khop" train karate --epochs 20 --json
same 'data without validation nodes: null in JSON' null "$(field val "$out")"
run "$khop" train karate --epochs 2 --seed 9223372036854775807 --json
same 'a seed keeps all its bits' 9223372036854775807 "$(field seed "$out")"

# --- the same again -------------------------------------------------------------------------------

for recipe in ring dilated mixhop gcn mlp; do
  run "$khop" train small.graphml --recipe $recipe --epochs 25 --seed 3 --json --threads 1
  same "$recipe: trains" 0 "$status"
  results "$out" >one
  run "$khop" train small.graphml --recipe $recipe --epochs 25 --seed 3 --json --threads 2
  results "$out" >two
  check "$recipe: one and two threads give the same" cmp one two
  run "$khop" train small.graphml --recipe $recipe --epochs 25 --seed 3 --json --threads 1
  results "$out" >again
  check "$recipe: two runs with one seed give the same" cmp one again
done
run env -u OMP_WAIT_POLICY "$khop" train small.graphml --recipe ring --epochs 25 --seed 3 --json
results "$out" >again
run "$khop" train small.graphml --recipe ring --epochs 25 --seed 3 --json
results "$out" >one
check 'how threads wait changes nothing' cmp one again
loss() { "$khop" train $small --epochs 25 --threads 1 --json "$@" >json 2>"$err" && field loss json; }
differ 'another seed gives another loss' "$(loss --seed 3)" "$(loss --seed 4)"
base=$(loss)
# Each option does something, and takes what its help says. (--teleport and --concat: other recipes.)
for option in '--hops 0,2' '--hops 0-3' '--dilations 1,3' '--layers 3' '--hidden 9' '--norm none' \
  '--norm sym' '--norm col' '--operator ball' '--operator power' '--operator support' '--self-loop yes' \
  '--sample 2' '--weights separable' '--activation gelu' '--activation tanh' '--dropout 0.5' '--input-dropout 0' \
  '--row-normalize yes' '--lr 0.1' '--weight-decay 0.5' '--weight-decay 0.5,0' '--optimizer adamw' \
  '--clip 0.001' '--schedule cosine' '--epochs 24' '--warm-up 5' '--label-smoothing 0.1'; do
  differ "$option changes the training" "$base" "$(loss $option)"
done
same '--norm row is what the recipe has' "$base" "$(loss --norm row)"
for option in '--patience never' '--patience 1000' '--schedule constant' '--optimizer adam' \
  '--direction out' '--direction in' '--direction all' '--metric macro-f1' '--memory 1G' \
  '--label label' '--split-column split' '--select score' '--select loss' '--select smooth' '--warm-up 0' \
  '--label-smoothing 0' '--class-weights equal' '--class-weights balanced' '--average 0.9'; do
  same "$option is taken, and changes no number here" "$base" "$(loss $option)"
done
said() { # what a model of these options says of the nodes
  loss --save said.safetensors "$@" >/dev/null && "$khop" predict said.safetensors small.graphml -o said.npy >/dev/null && cksum <said.npy
}
differ '--average is what is kept' "$(said)" "$(said --average 0.9)"
differ '--swa too' "$(said)" "$(said --swa 1)"
expect_error 2 'two averages' '^khop train: --average and --swa: ' "$khop" train $small --average 0.9 --swa 2
expect_error 2 'an average of no epoch' '^khop train: --swa 9: there are 5 epochs' "$khop" train $small --epochs 5 --swa 9
run $khop train $small --swa 5 --epochs 40 --json
results "$out" >whole
check 'averaged by epochs: half a training' "$khop" train $small --swa 5 --epochs 13 --save half.safetensors
run "$khop" train small.graphml --resume half.safetensors --epochs 40 --json
results "$out" >resumed
check 'averaged by epochs: --resume gives what a training without a break gives' cmp whole resumed
differ '--teleport changes the training' "$(loss --recipe ring)" "$(loss --recipe ring --teleport 0.5)"
of_karate() { "$khop" train karate --epochs 3 --threads 1 --json "$@" >json 2>"$err" && field loss json; }
differ '--lambda changes the training' "$(of_karate --recipe gcnii --layers 2)" "$(of_karate --recipe gcnii --layers 2 --lambda 2)"
differ '--delay changes the training' "$(of_karate --recipe drew)" "$(of_karate --recipe drew --delay 0)"
expect_output 'dir tells that links have no direction' 'khop train: the links of karate have no direction: for the recipe dir ' \
  sh -c '"$1" train karate --recipe dir --epochs 2 2>&1 >/dev/null' sh "$khop"
differ '--concat changes the training' "$(loss --recipe gcn --hops 0,1)" "$(loss --recipe gcn --hops 0,1 --concat yes)"
same '--schedule plateau runs' 0 "$(loss --schedule plateau >/dev/null; echo $?)"
same '--patience stops early' 1 "$(loss --lr 1e-12 --epochs 400 --patience 2 >/dev/null; [ "$(field epochs json)" -lt 100 ] && echo 1)"
expect_output 'a hop of 10^9 is an empty ring, at once' 'accuracy' timeout 60 \
  "$khop" train karate --epochs 3 --hops 0,1,1000000000

# --- splits ---------------------------------------------------------------------------------------

run "$khop" train $small --epochs 5 --split all --json
same '--split all of one split' 0 "$(field split "$out")"
expect_error 1 'a split that is not there' 'split 7: small has splits 0 to 0' "$khop" train $small --split 7
ids=$fixtures/found_ids_by_row.npz # three splits
splits() { "$khop" train "$ids" --epochs 2 -q --json "$@" | sed -n 's/.*"split":[[:space:]]*\([0-9]*\).*/\1/p' | tr '\n' ' '; }
same 'several splits by list, in its order' '2 0 ' "$(splits --split 2,0)"
same 'and by range' '1 2 ' "$(splits --split 1-2)"
same 'of two seeds each' '0 0 2 2 ' "$(splits --split 0,2 --seeds 2)"
same 'all of them' '0 1 2 ' "$(splits --split all)"
same 'the last that is given counts' '1 ' "$(splits --split 0,2 --split 1)"
expect_error 1 'of a list one is not there' 'split 3: found_ids_by_row has splits 0 to 2' "$khop" train "$ids" --split 1,3 -q
expect_error 2 'a split twice' "--split: split 1 is twice in the list: '1,0-1'" "$khop" train "$ids" --split 1,0-1 -q
check 'of several the best is kept' "$khop" train "$ids" --split 1,2 --epochs 2 -q --save of_two.safetensors
check 'and is gone on with alone' "$khop" train "$ids" --resume of_two.safetensors --epochs 3 -q
printf '0 1\n1 2\n2 0\n' >bare.txt
expect_error 1 'nothing to learn' 'bare.*(labels|targets|split)' "$khop" train bare.txt
if [ -n "$real_data" ] && [ -f "$real_data/texas.npz" ]; then
  run "$khop" train "$real_data/texas.npz" --recipe ring --split all --epochs 3 --json --threads 1
  same 'texas: ten splits' 10 "$(grep -c '"split":' "$out")"
  same 'texas: in their order' '0 1 2 3 4 5 6 7 8 9 ' "$(sed -n 's/.*"split":[[:space:]]*\([0-9]*\).*/\1/p' "$out" | tr '\n' ' ')"
  run "$khop" train "$real_data/texas.npz" --recipe ring --split all --seeds 2 --epochs 3 --json --threads 1
  same 'texas: ten splits of two seeds' 20 "$(grep -c '"split":' "$out")"
  run "$khop" train "$real_data/texas.npz" --masks fixed_ --epochs 3 --json --threads 1
  [ "$status" = 0 ] || expect_error 1 'texas: masks that are not there are named' 'fixed_' \
    "$khop" train "$real_data/texas.npz" --masks fixed_ --epochs 3
else
  skip 'texas with its ten splits: KHOP_DATA is not set'
fi

# --- checkpoints ----------------------------------------------------------------------------------

run "$khop" train $small --epochs 40 --save model.safetensors --json
same '--save writes a file' 0 "$([ -s model.safetensors ]; echo $?)"
expect_output 'khop predict' '^scores.npy: 36 nodes, 3 columns$' "$khop" predict model.safetensors small.graphml -o scores.npy
same 'the scores are a NumPy array of 36 x 3' 1 "$(head -c 128 scores.npy | grep -ac "'shape': (36, 3)")"
same 'the scores have their size' $((128 + 36 * 3 * 4)) "$(wc -c <scores.npy | tr -d ' ')"
"$khop" predict model.safetensors small.graphml -o again.npy --threads 1 >"$out" 2>"$err"
check 'the same scores again' cmp scores.npy again.npy
sed 's/<edge source="0" target="1"\/>//' small.graphml >other.graphml
expect_output 'khop predict on another graph' '36 nodes' "$khop" predict model.safetensors other.graphml -o other.npy
check 'and other scores' sh -c '! cmp -s scores.npy other.npy'
run "$khop" train $small --epochs 5 --seeds 3 --seed 4 --save best.safetensors
run "$khop" train small.graphml --resume best.safetensors --epochs 9 --json
same 'of three seeds one is kept: --resume knows which' 0 "$status"
same 'and goes on where it ended' 9 "$(field epochs "$out")"

run $khop train $small --average 0.9 --label-smoothing 0.1 --class-weights balanced --epochs 40 --json
results "$out" >whole
check 'averaged: half a training' "$khop" train $small --average 0.9 --label-smoothing 0.1 --class-weights balanced \
  --epochs 13 --save half.safetensors
run "$khop" train small.graphml --resume half.safetensors --epochs 40 --json
results "$out" >resumed
check 'averaged and smoothed: --resume gives what a training without a break gives' cmp whole resumed
for select in loss smooth; do # the epochs that a smoothed score looks back on are kept
  choose="$khop train $small --dropout 0.4 --lr 0.02 --patience never --json"
  run $choose --select $select --epochs 60
  results "$out" >whole
  check "--select $select: half a training" $choose --select $select --epochs 33 --save half.safetensors
  run "$khop" train small.graphml --resume half.safetensors --epochs 60 --json
  results "$out" >resumed
  check "--select $select: --resume gives what a training without a break gives" cmp whole resumed
done
for select in score loss smooth; do $choose --select $select --epochs 60 | grep best_epoch; done | sort -u >chosen
differ 'what the best epoch is chosen by matters' 1 "$(wc -l <chosen | tr -d ' ')"

# Ctrl-C. `timeout` sends it to the process and again to its group, as a terminal may: one press.
# The options are given in every way there is; none is repeated below.
options="--recipe=dilated --hid 8 --dilations 1,2 --lr 0.003 --drop 0.3 --seed 5 --patience never"
run timeout --preserve-status -k 60 -s INT 1 "$khop" train small.graphml $options --epochs 100000000 \
  --save stop.safetensors --json --threads 1
same 'Ctrl-C: exit status 1' 1 "$status"
done_epochs=$(field epochs "$out")
same 'Ctrl-C: the report says so' true "$(field interrupted "$out")"
check 'Ctrl-C: stderr says where the weights are' grep -q 'interrupted: .*stop.safetensors' "$err"
expect_output 'Ctrl-C: the file is a model' '36 nodes' "$khop" predict stop.safetensors small.graphml -o stop.npy
same 'Ctrl-C: some epochs were run' 1 "$([ "${done_epochs:-0}" -gt 0 ] && echo 1)"
epochs=$((done_epochs + 50))
run "$khop" train small.graphml --resume stop.safetensors --epochs $epochs --json --threads 1 --save resumed.safetensors
results "$out" >resumed
same '--resume goes on' "0 $epochs" "$status $(field epochs "$out")"
run "$khop" train small.graphml $options --epochs $epochs --json --threads 2
results "$out" >whole
check '--resume gives what a training without a break gives' cmp whole resumed
run "$khop" train small.graphml --resume resumed.safetensors --json
results "$out" >resumed
check 'resuming a finished training changes nothing' cmp whole resumed
expect_status 1 'Ctrl-C without --save' timeout --preserve-status -k 60 -s INT 0.5 \
  "$khop" train small.graphml --epochs 100000000 --patience never
check 'Ctrl-C without --save: the figures are printed' grep -q 'accuracy' "$out"
run timeout --preserve-status -k 60 -s INT 1 "$khop" train small.graphml --epochs 100000000 --patience never \
  --seeds 5 --save many.safetensors
same 'Ctrl-C ends all seeds' 1 "$status"
same 'Ctrl-C in the first of five seeds: one run' 1 "$(grep -c '^run ' "$err")"

resume="$khop train small.graphml --resume stop.safetensors --epochs $epochs"
expect_error 1 '--resume: another width' 'stop.safetensors: .*another architecture.* 8 .* 16 ' $resume --hidden 16
expect_error 1 '--resume: other hops' 'stop.safetensors: .*another architecture' $resume --hops 0,1
expect_error 1 '--resume: another recipe' 'stop.safetensors: .*another architecture' $resume --recipe gcn
expect_error 1 '--resume: another seed' 'stop.safetensors: .*seed 5 and split 0, not of seed 6' $resume --seed 6
expect_error 1 '--resume: another data set' 'karate.graphml: the data have no features .*trained on 2: a, b' "$khop" train karate --resume stop.safetensors
expect_error 1 '--resume: several seeds' 'stop.safetensors: a training of one seed and one split: .* 2 runs' $resume --seeds 2
expect_error 1 '--resume: a file that is not there' 'gone.safetensors: cannot read: No such file' \
  "$khop" train small.graphml --resume gone.safetensors
expect_status 0 '--resume: another learning rate is allowed' $resume --lr 0.1
sed 's/lr=0.003/save=nop/' stop.safetensors >evil.safetensors
differ 'a checkpoint can be falsified' "$(cksum <stop.safetensors)" "$(cksum <evil.safetensors)"
expect_error 1 '--resume: a checkpoint cannot name files to be written' "evil.safetensors: an option 'save'" \
  "$khop" train small.graphml --resume evil.safetensors
same 'and none is' 'nop*' "$(echo nop*)"
if command -v script >/dev/null && script -qec true /dev/null >/dev/null 2>&1 </dev/null; then
  script -qec "'$khop' train small.graphml --epochs 30000 --patience never" /dev/null >typescript </dev/null 2>&1
  check 'on a terminal: a progress line' grep -q 'run 1/1  epoch [0-9]*/30000  loss' typescript
  same 'on a terminal: the report follows the cleared line' 1 "$(tail -n 2 typescript | grep -c 'accuracy on the test nodes')"
  script -qec "'$khop' train small.graphml --epochs 3000 --quiet --patience never" /dev/null >typescript </dev/null 2>&1
  check 'on a terminal: none with --quiet' sh -c '! grep -q "epoch [0-9]*/3000" typescript'
else
  skip 'the progress line on a terminal: script is not here, or gets no terminal'
fi

# --- every bad value of every option --------------------------------------------------------------

# bad OPTION VALUE...: exit 2 with the option's name and the value.
bad() {
  option=$1
  shift
  for value in "$@"; do
    expect_error 2 "$option '$value'" "^khop train: $option: .*$(printf %s "$value" | sed 's/[][().*^$|+?]/\\&/g')" \
      "$khop" train karate "$option" "$value"
  done
}
huge=99999999999999999999
bad --recipe '' nope RING
bad --split '' -1 x 1.5 1, 2-1 0-2000 $huge
bad --seeds '' 0 -1 x 1e3 100001 $huge
bad --seed '' -1 x 1.5 $huge
bad --metric '' nope
bad --hops '' x -1 1,x 1, ,1 1,,2 2-1 1-x 0x1 1.5 $huge 99999999999 0-99 0-1000000000
bad --dilations '' x 0 -1 1,0 0-2 $huge
bad --layers '' 0 -1 x 33 $huge
bad --hidden '' 0 -1 x 1.5 2000000 $huge
for option in --norm --direction --operator --weights --activation --optimizer --schedule --select --class-weights; do
  bad $option '' nope
done
for option in --self-loop --concat --row-normalize; do bad $option '' maybe 1; done
for option in --dropout --input-dropout --teleport --label-smoothing --average; do bad $option '' x -0.1 1 1.5 nan inf 0.5x; done
bad --lambda '' x -1 nan inf 1e9
bad --delay '' x -1 33 1.5 $huge
bad --epochs '' 0 -1 x 1.5 3000000000 $huge
bad --warm-up '' -1 x 1.5 $huge
expect_error 1 'a warm-up longer than the training' 'a warm-up of 9 epochs, of 8 in all' "$khop" train karate --epochs 8 --warm-up 9
bad --patience '' 0 -1 x $huge
bad --lr '' 0 -1 x nan inf 1e9
bad --weight-decay '' -1 x nan inf
expect_error 2 '--weight-decay: the first of two' "--weight-decay: not a number: 'x'" "$khop" train karate --weight-decay x,1
expect_error 2 '--weight-decay: the second of two' "--weight-decay: '-1' is below 0" "$khop" train karate --weight-decay 1,-1
expect_error 2 '--weight-decay: three' "--weight-decay: not a number: '2,3'" "$khop" train karate --weight-decay 1,2,3
expect_error 2 '--weight-decay: a comma' "--weight-decay: not a number: ''" "$khop" train karate --weight-decay ,
bad --clip '' -1 x nan inf
bad --threads '' 0 -1 x 1025 $huge
bad --memory '' 0 -1 x 5X 1KK nan inf $huge$huge
bad --split-seed '' -1 x
bad --save ''
bad --resume ''
expect_error 2 'a value in one word is checked too' "^khop train: --hops: not a list of hops: 'x'\$" "$khop" train karate --hops=x
expect_error 1 'dilated hops out of range' '2000000000.* 2 ' "$khop" train karate --recipe dilated --hops 0,2000000000 --dilations 2
expect_error 1 'a metric that needs targets' 'rmse .*targets' "$khop" train karate --metric rmse
expect_output 'ROC-AUC of three classes: each against the rest' 'roc-auc on the test nodes' \
  "$khop" train small.graphml --metric roc-auc --epochs 3 -q
expect_error 1 'a label column that is not there' "small.graphml: .*'nope'" "$khop" train small.graphml --label nope
expect_error 1 'a split column that is not there' "small.graphml: .*'nope'" "$khop" train small.graphml --split-column nope
expect_error 1 'a budget that is too small' 'bytes|kB|MB' "$khop" train small.graphml --memory 100
expect_error 1 'more walks than a number holds' 'walk' "$khop" train small.graphml --recipe gcn --operator power --hops 60
expect_error 1 'an unwritable --save is found before the training' '/nonexistent/m: cannot write: No such file' \
  timeout 20 "$khop" train small.graphml --epochs 100000000 --patience never --save /nonexistent/m

# --- options that do not apply -------------------------------------------------------------------------

for option in '--protocol folds' '--split-by random' '--splits 2' '--folds 5' '--inner 3' '--only 1' \
  '--candidate hops=0-1' '--scatter s.svg' '--keep last' '--head-dropout 0.1' '--bonds yes' '--paths 1' \
  '--readout sum' '--structure no' '--descriptors none' '--smiles-column s' '--strict'; do
  # shellcheck disable=SC2086
  expect_error 2 "one graph: ${option%% *} is refused" "^khop train: ${option%% *} is for sets of graphs, and karate is one" \
    "$khop" train karate $option --epochs 1 -q
done

# --- some nodes at a time -------------------------------------------------------------------------------

batch="$small --dropout 0.2 --epochs 30 --json"
loss() { "$khop" train $batch "$@" >json 2>"$err" && field loss json; }
few=$(loss --batch 4)
same 'batches: results do not depend on the number of threads' "$few" "$(loss --batch 4 --threads 1)"
same 'batches: all of them are one where there is room' "$(loss --batch 6)" "$(loss --batch 100)"
differ 'batches: another size is another training' "$few" "$(loss --batch 5)"
differ 'batches: another seed is another order' "$few" "$(loss --batch 4 --seed 1)"
check 'batches: half a training' "$khop" train $batch --epochs 12 --batch 4 --save half.safetensors
run "$khop" train small.graphml --resume half.safetensors --epochs 30 --json
same 'batches: a training that was resumed has the batch that it had' "$few" "$(field loss "$out")"
check 'batches: the model predicts' "$khop" predict half.safetensors small.graphml -o half.npy
expect_error 2 'batches: not of a sample' '^khop train: --batch and --sample' \
  "$khop" train small.graphml --batch 4 --sample 3 -q
expect_error 2 'batches: not of none' '^khop train: --batch: 0 is not between' "$khop" train small.graphml --batch 0 -q

expect_error 2 'a mistyped option is told its neighbour' 'no option --hiden: did you mean --hidden[?]' \
  "$khop" train karate --hiden 3
expect_error 2 'an option like no other is not' "^khop train: there is no option --xyzzy [(]see" "$khop" train karate --xyzzy
expect_error 2 'with its value' 'no option --norrm: did you mean --norm[?]' "$khop" rings karate --norrm=sym

finish
