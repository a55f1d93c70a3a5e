#!/bin/sh
# graphs.sh: khop train and khop predict on sets of graphs: MUTAG's text form, a TU folder, molecules.
. "$(dirname "$0")/tap.sh"

paths_and_cycles >set.txt
small='set.txt --hidden 8 --layers 2 --epochs 8 --batch 8'

for protocol in splits folds nested shared; do
  run "$khop" train $small --protocol $protocol --folds 4 --inner 2 --json
  same "$protocol succeeds" 0 "$status"
  same "$protocol is named" "$protocol $(field protocol "$out")" "$protocol $protocol"
  for key in dataset graphs recipe metric test_mean test_std ensemble_mean runs epoch seconds_per_epoch parameters; do
    check "$protocol: the JSON has \"$key\"" grep -q "\"$key\":" "$out"
  done
done
expect_output 'the text names the recipe and the graphs' '^set, 40 graphs, recipe molecule, 4 folds: accuracy' \
  "$khop" train $small --protocol folds --folds 4 -q
expect_output 'the shared epoch is called what it is' 'no estimate for new graphs' \
  "$khop" train $small --protocol shared --folds 4 -q
expect_output 'candidates are chosen from' 'the candidate of each fold chosen' \
  "$khop" train $small --protocol nested --folds 3 --inner 2 -q --candidate 'hops=0,1 hidden=4' --candidate 'readout=max average=0'
"$khop" train $small --protocol folds --folds 4 --only 3 --json >three.json 2>/dev/null
"$khop" train $small --protocol folds --folds 4 --threads 1 --json >all.json 2>/dev/null
same 'one fold alone is the fold among all' "$(sed -n 's/.*"test":[[:space:]]*\([0-9.]*\).*/\1/p' all.json | sed -n 3p)" \
  "$(sed -n 's/.*"test":[[:space:]]*\([0-9.]*\).*/\1/p' three.json)"

# --- files ----------------------------------------------------------------------------------------

run "$khop" train $small --ensemble 2 --save m.safetensors -q
same 'an ensemble is saved' '0 m-2.safetensors m.safetensors' "$status $(echo m*.safetensors)"
expect_output 'and predicts' '^out.csv: 40 graphs, 2 outputs, 2 models' "$khop" predict m.safetensors set.txt -o out.csv
same 'a row a graph' '41 row,predicted,probability of 0,deviation of 0,probability of 7,deviation of 7,label' "$(wc -l <out.csv | tr -d ' ') $(head -n 1 out.csv)"
same 'probabilities add up to 1' 0 "$(awk -F, 'NR > 1 && ($3 + $5 < 0.999 || $3 + $5 > 1.001)' out.csv | wc -l | tr -d ' ')"
expect_output 'as an array too' '^out.npy: ' "$khop" predict m.safetensors set.txt -o out.npy
expect_output 'learned features of a set' 'X.npz: .* learned columns' "$khop" featurize set.txt -o X.npz --model m.safetensors
"$khop" train karate --epochs 1 -q --save node.safetensors >"$out" 2>&1
expect_error 1 'learned features of a model of nodes' 'a model of nodes; --model takes' \
  "$khop" featurize set.txt -o no.npz --model node.safetensors
run "$khop" train $small --structure no --save bare.safetensors -q
expect_output 'a model without structural features predicts too' '^bare.csv: 40 graphs' "$khop" predict bare.safetensors set.txt -o bare.csv
expect_error 2 'a structure that is neither' "--structure: " "$khop" train set.txt --structure x
"$khop" train $small --ensemble 2 --json -q >whole.json 2>/dev/null
run "$khop" train set.txt --resume m.safetensors --save again.safetensors --json -q
same 'an ensemble that is done is resumed' 0 "$status"
results whole.json | grep -v '"curve"' >whole # which no file holds
results "$out" | grep -v '"curve"' >again
check 'with the figures that it had' cmp whole again
check 'and the same file' cmp m.safetensors again.safetensors
check 'each of them' cmp m-2.safetensors again-2.safetensors
rm again-2.safetensors
expect_error 1 'resuming where a member is gone' 'again-2.safetensors: cannot' "$khop" train set.txt --resume again.safetensors -q
expect_error 1 'resuming another split' 'm.safetensors: was trained on other graphs' \
  "$khop" train set.txt --resume m.safetensors --split-seed 9 -q
rm m-2.safetensors
expect_error 1 'a member that is gone' 'm-2.safetensors: cannot read' "$khop" predict m.safetensors set.txt -o gone.csv
same 'and no file' 0 "$(ls gone.csv* 2>/dev/null | wc -l | tr -d ' ')"
mkdir TU && printf '1, 2\n2, 1\n3, 4\n4, 3\n' >TU/T_A.txt && printf '1\n1\n2\n2\n' >TU/T_graph_indicator.txt
printf '1\n2\n' >TU/T_graph_labels.txt
expect_error 1 'a set of other features' 'TU: the model was trained on node label, which the data lack; they have features, which' sh -c \
  '"$0" train set.txt --epochs 1 --hidden 4 -q --save one.safetensors >/dev/null && "$0" predict one.safetensors TU -o x.csv' "$khop"
expect_error 1 'a node model for a set' 'recipe ring is for one graph' "$khop" train set.txt --recipe ring
expect_error 1 'a set model for a graph' 'recipe molecule is for sets' "$khop" train karate --recipe molecule
expect_error 1 'a folder without labels' 'neither labels nor targets' sh -c 'rm TU/T_graph_labels.txt; "$0" train TU' "$khop"
printf '2\n1 0\n0 0\n' >cut.txt
expect_error 1 'a file that ends early' 'cut.txt: it ends after line 3, before graph 1 of 2' "$khop" train cut.txt
expect_error 1 'resuming what is chosen within folds' 'resuming is for splits and folds' \
  "$khop" train set.txt --resume bare.safetensors --protocol nested -q
expect_error 1 'resuming a model of nodes' 'node.safetensors: the model of the nodes of a graph' \
  "$khop" train set.txt --recipe molecule --resume node.safetensors --epochs 2 -q
expect_error 2 'seeds' '--seeds: a set of graphs takes --ensemble' "$khop" train set.txt --seeds 2
expect_error 2 'an unknown protocol' "--protocol: not a protocol: 'x'" "$khop" train set.txt --protocol x
expect_error 2 'an unknown readout' "--readout: not a readout: 'x'" "$khop" train set.txt --readout sum,x
expect_error 2 'a candidate without a value' "--candidate: not name=value: 'hops'" "$khop" train set.txt --protocol nested --candidate hops
expect_error 1 'scaffolds that are not there' 'no groups to split by' "$khop" train set.txt --split-by scaffold
expect_error 1 'a fold that is not there' 'only number 5: there are 1 to 4' "$khop" train $small --protocol folds --folds 4 --only 5

# --- a recipe that is chosen --------------------------------------------------------------------------

run "$khop" train set.txt --epochs 4 --json -q --save chosen.safetensors
cp "$out" auto.json
chosen=$(field recipe auto.json)
same 'a recipe is chosen, of five' '0 5 1' "$status $(grep -c '"fate":' auto.json) $(grep -c '"fate":.*"chosen"' auto.json)"
same 'by the graphs that validate' 4 "$(field validation_graphs auto.json)"
check 'the recipe that is trained' grep -q "\"recipe\":.*\"$chosen\"" auto.json
run "$khop" train set.txt --epochs 4 --json -q --recipe "$chosen"
same 'the training is that of the recipe by its name' "$(field test_mean auto.json) $(sed -n '/"curve"/p' auto.json)" \
  "$(field test_mean "$out") $(sed -n '/"curve"/p' "$out")"
run "$khop" train set.txt --epochs 4 --json -q --threads 1
check 'one thread chooses the same, with the same scores' [ \
  "$(grep -v '"seconds\|bytes\|"threads' "$out")" = "$(grep -v '"seconds\|bytes\|"threads' auto.json)" ]
expect_output 'the model says what it is' "recipe.*$chosen" "$khop" info chosen.safetensors
run "$khop" train set.txt --resume chosen.safetensors --json -q
same 'and is gone on with, without choosing again' "0 $chosen 0" "$status $(field recipe "$out") $(grep -c '"tried"' "$out")"
run "$khop" train set.txt --epochs 4 -q
same 'the table says how each did' '5 1' "$(grep -c '^  [a-z]* .* epochs of [23] seeds' "$out") $(grep -c ' chosen$' "$out")"
check 'and what the largest class scores' grep -q '^chosen by 4 validation graphs, accuracy in %; the largest class alone: 50.00$' "$out"
run "$khop" train set.txt --epochs 2 --protocol folds --folds 3 -q
same 'each fold has a choice' 3 "$(sed -n 's/^chosen by the validation graphs of each fold, accuracy: //p' "$out" |
  awk '{ for (i = 2; i <= NF; i += 2) n += $i; print n }')"
run "$khop" train set.txt --epochs 4 -q --candidate hidden=8 --candidate 'hidden=4 epochs=8'
same 'candidates of splits are chosen from too' '1 1' "$(grep -c '^  hidden=8 ' "$out") $(grep -c '^  hidden=4 epochs=8 ' "$out")"
run "$khop" train set.txt --hidden 4 --epochs 2 -q
same 'an option of the model is one of molecule' '0 1' "$status $(grep -c 'recipe molecule, ' "$out")"
expect_error 2 'which auto by name refuses' '^khop train: --hidden: auto chooses' "$khop" train set.txt --recipe auto --hidden 4
expect_error 2 'folds within choose for themselves' '--recipe auto: this --protocol' "$khop" train set.txt --recipe auto --protocol nested
expect_error 2 'a budget without a choice' '^khop train: --budget: of what' "$khop" train set.txt --hidden 4 --budget 60s
expect_error 1 'a budget that is over at once' 'no recipe could be tried: no time was left' "$khop" train set.txt --budget 0.000001s

awk 'BEGIN { print "id,kind,part"; for (i = 0; i < 40; i++) print i "," i % 2 "," (i % 4 ? "train" : "test") }' >blind.csv
blind='set.txt --graph-labels blind.csv --label kind --split-column part --epochs 1'
run "$khop" train $blind
same 'where nothing validates it is molecule' '0 1' "$status $(grep -c 'recipe molecule, ' "$out")"
check 'and that is said' grep -q 'no graphs validate' "$err"
run "$khop" train $blind --recipe auto
same 'auto by name is refused there' '1 1' "$status $(grep -c 'no validation graphs to choose a recipe by: name one' "$err")"

# --- Ctrl-C -------------------------------------------------------------------------------------------

run timeout --preserve-status -k 60 -s INT 2 "$khop" train set.txt --recipe molecule --epochs 1000000 --patience never --ensemble 3 \
  --save stopped.safetensors -q
same 'Ctrl-C: exit status 1' 1 "$status"
check 'Ctrl-C: what was saved is said' grep -q 'best weights so far are in stopped.safetensors (1 model)' "$err"
same 'Ctrl-C: no score is made up' 0 "$(grep -c nan "$out")"
expect_output 'Ctrl-C: the file is a model, of one' '1 model$' "$khop" predict stopped.safetensors set.txt -o stopped.csv
run timeout --preserve-status -k 60 -s INT 3 "$khop" train set.txt --epochs 60 --hidden 16 --ensemble 1000 \
  --save many.safetensors -q
saved=$(ls many*.safetensors | wc -l | tr -d ' ')
check 'Ctrl-C: of an ensemble as many are said as there are' grep -q "in many.safetensors ($saved models)" "$err"
expect_output 'Ctrl-C: and as many predict' "$saved models$" "$khop" predict many.safetensors set.txt -o many.csv
run timeout --preserve-status -k 60 -s INT 2 "$khop" train set.txt --recipe molecule --epochs 1000000 --patience never -q
check 'Ctrl-C without --save: that nothing was saved' grep -q 'no model was saved' "$err"

# --- molecules ------------------------------------------------------------------------------------

awk 'BEGIN { print "smiles,size,other"
  for (i = 0; i < 40; i++) { s = ""; for (k = 0; k <= i % 8; k++) s = s "C"
    if (i % 5 == 1) s = s "c1ccccc1"; if (i % 5 == 2) s = s "C1CCCC1"; if (i % 5 == 3) s = s "C1CC1"
    print s (i % 2 ? "O" : "N") "," i % 8 "," (i % 3 ? i : "") } }' >mols.csv
run "$khop" train mols.csv --target size,other --hidden 8 --epochs 3 --ensemble 2 --save mol.safetensors --scatter fit.svg -q
same 'molecules train' 0 "$status"
check 'a picture is drawn' grep -q '<svg' fit.svg
printf 'CCO ethanol\nnonsense(\nCCN\n' >new.smi
run "$khop" predict mol.safetensors new.smi -o new.csv
same 'molecules predict' 0 "$status"
same 'a row a line, the bad one with its reason in place of numbers' '4 2,,nonsense(,,,,,,an invalid character: '"'e'"' at character 5' \
  "$(wc -l <new.csv | tr -d ' ') $(sed -n 3p new.csv)"
same 'the others with id and SMILES' '1,ethanol,CCO 3,,CCN' "$(cut -d, -f1-3 new.csv | sed -n '2p; 4p' | tr '\n' ' ' | sed 's/ $//')"
same 'the columns are named' 'row,id,smiles,predicted size,deviation of size,predicted other,deviation of other,outside,reason' "$(head -n 1 new.csv)"
printf 'other,SMILES,Compound ID\n3,CCO,"ether, or ""not"""\n,CCN,\n' >known.csv
check 'a table with one of the two targets' "$khop" predict mol.safetensors known.csv -o known_out.csv --smiles-column SMILES
same 'has it beside, and the names' 'row,id,smiles,target other 1,"ether, or ""not""",CCO,3 2,,CCN,' \
  "$(awk -F, '{ print $1 "," (NR == 2 ? $2 "," $3 "," $4 : $2 "," $3) "," $(NF - 2) }' known_out.csv | tr '\n' ' ' | sed 's/ $//')"
printf 'OC(=O)c1ccccc1N\nCC(C)CO\nc1ccc2ccccc2c1\n[Na+].CC(=O)[O-]\n' >written.smi
printf 'c1(N)ccccc1C(O)=O\nOCC(C)C\nC1=CC=C2C=CC=CC2=C1\nO=C([O-])C.[Na+]\n' >otherwise.smi
check 'molecules as they are written' "$khop" predict mol.safetensors written.smi -o written.csv
check 'and written otherwise' "$khop" predict mol.safetensors otherwise.smi -o otherwise.csv
for file in written otherwise; do cut -d, -f1-7 $file.csv >$file.cut; done # what follows has commas of its own
same 'another SMILES, the same prediction to 1e-5' '5 rows, 0 differ' "$(paste -d, written.cut otherwise.cut | awk -F, '
  NR > 1 { for (c = 3; c <= 6; c++) { d = $c - $(c + 7); m = $c < 0 ? -$c : $c; if (m < 1) m = 1
    if ($(c + 7) == "" || d > 1e-5 * m || d < -1e-5 * m) differ++ } }
  END { print NR " rows, " differ + 0 " differ" }')"
for word in target=other descriptors=ring standardise=neutral split-seed=3 nothing=1; do
  expect_error 2 "a candidate of another ${word%=*}" "--candidate: '${word%=*}' is no option of a recipe" \
    "$khop" train set.txt --protocol nested --folds 3 --candidate 'hidden=4' --candidate "$word"
done
run "$khop" featurize new.smi -o learned.npz --model mol.safetensors
same 'learned features' '0 learned.npz: 3 graphs, 1 of them bad, 8 learned columns' "$status $(cat "$out")"
expect_error 1 'learned features, strict' 'line 2' "$khop" featurize new.smi -o no.npz --model mol.safetensors --strict
expect_error 2 'learned features and others' '--model: --features, --per' \
  "$khop" featurize new.smi -o no.npz --model mol.safetensors --features ring
expect_error 1 'a model that is not there' 'gone.safetensors' "$khop" featurize new.smi -o no.npz --model gone.safetensors
same 'and no file' 0 "$(ls no.npz* 2>/dev/null | wc -l | tr -d ' ')"
expect_output 'by scaffold, with strict reading' 'by scaffold: rmse' "$khop" train mols.csv --target size --hidden 8 \
  --epochs 2 --split-by scaffold --strict --descriptors counts --smiles-column smiles --bonds yes --paths 0 -q
expect_error 1 'a column that is not there' 'nope' "$khop" train mols.csv --target nope

# --- how long ---------------------------------------------------------------------------------------

small='--hidden 4 --layers 1 --hops 0-1 --descriptors none --batch 256 --duplicates apart -q --threads 2'
expect_output 'few validate: the epochs of the recipe' '80 epochs, by the number of graphs: fewer than 200 validate' \
  "$khop" train mols.csv --target size $small
run "$khop" train mols.csv --target size $small --epochs 4
same 'epochs that are given are what is trained, and each is shown' '0 validation by epoch: 1 2 3 4' \
  "$status $(sed -n 's/^  \(validation by epoch\|.* epochs.*\)/\1/p' "$out" | sed 's/: [0-9.]*\(,\|$\)//g')"
awk 'NR == 1 { print } NR > 1 { line[NR] = $0 } END { for (k = 0; k < 52; k++) for (i = 2; i <= NR; i++) print line[i] }' \
  mols.csv >many.csv
run "$khop" train many.csv --target size $small --json
same 'many validate: a race, of which the best by validation is taken' 'yes' "$(awk '
  /"race"/ { within = 1 }
  within && /"epochs"/ { gsub(/[^0-9.]/, ""); epochs[++tried] = $0 }
  within && /"decay"/ { gsub(/[^0-9.]/, ""); decay[tried] = $0 }
  within && /"val"/ { gsub(/[^0-9.e-]/, ""); if (!best || $0 + 0 < least) { best = tried; least = $0 + 0 } }
  within && /]/ { within = 0 }
  !within && /"epochs"/ { gsub(/[^0-9.]/, ""); taken = $0 }
  END { good = tried > 1 && epochs[1] == 48 && epochs[2] == 48 && decay[1] == 4 && decay[2] == 1
    print (good && taken == epochs[best] ? "yes" : "no: " tried " tried, " taken " epochs") }' "$out")"
expect_output 'a decay that is given is not raced' 'race by validation: 48 epochs, decay 2: [0-9.]*; 80 epochs, decay 2' \
  "$khop" train many.csv --target size $small --weight-decay 0.3,2
printf 'smiles,size\nC,1\n(,2\n' >bad.csv
expect_error 1 'strict: the bad line' '3' "$khop" train bad.csv --target size --strict
finish
