#!/bin/sh
# molecule_targets.sh: what a file of molecules says is to be learned, and which molecules train: told, used or refused.
. "$(dirname "$0")/tap.sh"

# 60 chains with five ends: a number, a bound or a number, a colour, an answer, a sign, a part of a split.
awk 'BEGIN { split("O,N,Cl,C(=O)O,c1ccccc1", end, ","); split("red,blue,green", colour, ",")
  split("train,train,Valid,test", part, ",")
  print "smiles,mass,bound,colour,good,sign,part,empty"
  for (i = 0; i < 60; i++) {
    s = ""; for (c = 0; c <= i / 5; c++) s = s "C"
    printf "%s%s,%g,%s,%s,%s,%d,%s,\n", s, end[i % 5 + 1], i / 10, i % 4 ? i / 10 : ">0.5", colour[i % 3 + 1],
      i % 2 ? "True" : "False", i % 2 ? 1 : -1, part[i % 4 + 1] } }' >drugs.csv
train() { "$khop" train "$@" --hidden 8 --epochs 2 -q; }
told() { "$khop" train "$@" --hidden 8 --epochs 2 2>&1 | tr '\r' '\n'; }
run "$khop" train drugs.csv --target mass --hidden 8 --epochs 2 -q --save number.safetensors

# --- targets ------------------------------------------------------------------------------------

same 'numbers are learned' 0 "$status"
expect_error 2 'nothing to learn is asked for, with the columns' \
  'drugs.csv: molecules, and what is to be learned.*one of: mass, bound, colour, good, sign, part' train drugs.csv
told drugs.csv --target bound >bound.out
check 'what is no number is counted, and told with its line' \
  grep -q "column bound: 15 of 60 are no numbers, first '>0.5' in line 2, a bound" bound.out
told drugs.csv --target colour --save colour.safetensors >colour.out
check 'words are classes' grep -q 'column colour holds words: 3 classes, blue, green, red' colour.out
check 'scored as such' grep -q 'accuracy on the test graphs' colour.out
check 'and predicted by name' "$khop" predict colour.safetensors drugs.csv -o colour.csv
same 'beside the true ones' 'row,smiles,predicted,probability of blue,probability of green,probability of red,label,outside,reason' \
  "$(head -n 1 colour.csv)"
same 'of each row' 'red blue green' "$(awk -F, 'NR > 1 && NR < 5 { printf "%s%s", s, $7; s = " " }' colour.csv)"
train drugs.csv --label good --save good.safetensors >/dev/null
check 'a label is a class, whatever its text' "$khop" predict good.safetensors drugs.csv -o good.csv
same 'by its own name' 'row,smiles,predicted,probability of False,probability of True,label,outside,reason' \
  "$(head -n 1 good.csv)"
expect_output 'and is scored in khop evaluate' 'accuracy' "$khop" evaluate good.safetensors drugs.csv
told drugs.csv --target good >tasks.out
told drugs.csv --target sign >sign.out
check 'True and False are a task' grep -q '1 yes/no task: good' tasks.out
check 'and so are -1 and 1, which is told' grep -q 'sign: -1 and 1, and no 0: -1 is taken for no' sign.out
expect_error 1 'a column that is empty' 'column empty: all 60 values are missing' train drugs.csv --target empty
expect_error 1 'words among several' 'column colour holds words, first .red. in line 2' train drugs.csv --target mass,colour
expect_error 1 'a label and a target' 'a model learns one of them' train drugs.csv --target mass --label good
expect_output 'khop info sees molecules' '60 graphs' "$khop" info drugs.csv

# --- a split of the file ------------------------------------------------------------------------

train drugs.csv --target mass --split-column part --save part.safetensors --json >part.json
expect_output 'a column is the split' '15 test graphs, as in the training' "$khop" evaluate part.safetensors drugs.csv
expect_error 1 'whose words are known' "'red', and a part of a split is train, val or test" \
  train drugs.csv --target mass --split-column colour
expect_error 1 'and no other can be drawn' 'come with one split' \
  train drugs.csv --target mass --split-column part --splits 2


# --- scaffolds and duplicates -------------------------------------------------------------------

train drugs.csv --target mass --split-by scaffold --split-seed 1 >one.out
train drugs.csv --target mass --split-by scaffold --split-seed 2 >two.out
same 'the scaffold split knows no seed' "$(sed -n 1p one.out)" "$(sed -n 1p two.out)"
expect_output 'and says what it is' 'splits by scaffold:' cat one.out
expect_error 1 'so that it is drawn once' 'scaffold-shuffled draws others' train drugs.csv --target mass --split-by scaffold --splits 2
expect_output 'shuffled ones are drawn again' '2 splits by shuffled scaffolds' \
  train drugs.csv --target mass --split-by scaffold-shuffled --splits 2
cp drugs.csv twice.csv
sed -n '2,13p' drugs.csv | sed 's/,0\.1,/,7.5,/' >>twice.csv
told twice.csv --target mass --save together.safetensors >together.out
check 'copies are counted' grep -q '12 molecules are written twice or more: each stays on one side' together.out
check 'and those that contradict' grep -q '1 molecule is written again with other values (lines 3 and 63)' together.out
expect_output 'a model knows its parts again' 'as in the training' "$khop" evaluate together.safetensors twice.csv
told twice.csv --target mass --duplicates apart --save apart.safetensors >apart.out
check 'copies may be drawn apart' grep -q 'may stand on both sides of a split' apart.out
expect_output 'and such a model knows its parts too' 'as in the training' "$khop" evaluate apart.safetensors twice.csv
expect_error 2 'in no other way' 'together' train twice.csv --target mass --duplicates drop


# --- intervals ----------------------------------------------------------------------------------

awk -F, 'NR == 1 { print "smiles,mass"; next } { print $1 "," $2; print "C=" $1 "," $2 + 0.3 }' drugs.csv >many.csv
expect_output 'an ensemble has intervals, and says what they hold' 'intervals of 90 %, by the validation part: .* of 12 tested' \
  train many.csv --target mass --ensemble 3 --save many.safetensors
check 'which come with the predictions' "$khop" predict many.safetensors many.csv -o many_out.csv
same 'by name' 'row,smiles,predicted mass,deviation of mass,low mass,high mass,target mass,outside,reason' "$(head -n 1 many_out.csv)"
check 'around the mean' awk -F, 'NR > 1 && !($5 < $3 && $3 < $6) { bad = 1 } END { exit bad }' many_out.csv
train many.csv --target mass --save lone.safetensors >/dev/null
check 'one model' "$khop" predict lone.safetensors many.csv -o lone.csv
same 'has none' 'row,smiles,predicted mass,target mass,outside,reason' "$(head -n 1 lone.csv)"
expect_output 'nor has an ensemble that was validated on few' 'too few values' train drugs.csv --target mass --ensemble 2

# --- what lies outside ----------------------------------------------------------------------------

# 100 chains of 1 to 50 carbons, every other with a nitrogen: 60 train, of 1 to 50 heavy atoms, and 30 validate.
awk 'BEGIN { print "smiles,size,part"; for (i = 0; i < 100; i++) { s = ""; for (c = 0; c <= i / 2 - 0.4; c++) s = s "C"
  print (s ? s : "C") (i % 2 ? "N" : "") "," i "," (i % 5 < 3 ? "train" : i % 10 == 9 ? "test" : "val") } }' >chains.csv
awk 'BEGIN { print "CCCCC"; print "CCCC[Se]CCCC"; print "c1ccccc1"; print "nonsense("
  s = ""; for (c = 0; c < 60; c++) s = s "C"; print s }' >strange.smi
train chains.csv --target size --split-column part --save chains.safetensors >/dev/null
run "$khop" predict chains.safetensors strange.smi -o outside.csv
check 'molecules outside are counted' \
  grep -q 'outside.csv: 3 of 4 molecules lie outside what the model was trained on: why is in the column outside$' "$err"
same 'the first of them lies inside, and so does what is no molecule' '1,CCCCC 4,nonsense(' \
  "$(awk -F, 'NR > 1 && ($4 == "" ) { printf "%s%s,%s", s, $1, $2; s = " " }' outside.csv)"
check 'an element' grep -q '^2,.*,"\{0,1\}element Se' outside.csv
check 'environments' grep -q '^3,.*,"100 % of its environments unseen, 95 % of the validation molecules have at most ' outside.csv
check 'and a size say why' grep -q '^5,.*,"60 heavy atoms, training had 1 to 50",$' outside.csv
check 'a table with tabs' "$khop" predict chains.safetensors strange.smi -o outside.tsv
same 'has them too' 3 "$(cut -f 4 outside.tsv | grep -c 'element Se\|environments\|heavy atoms')"
run "$khop" predict chains.safetensors strange.smi -o outside.npy
check 'an array of scores has a count alone' \
  grep -q 'outside.npy: 3 of 4 molecules lie outside what the model was trained on$' "$err"
expect_output 'khop info tells what was trained on' 'domain  *1 to 50 heavy atoms, elements C N .60 molecules.' \
  "$khop" info chains.safetensors
expect_output 'and what of it is new in most' 'environments  at most [0-9.]* % of them unseen, as of 95 % of 30 validation' \
  "$khop" info chains.safetensors
expect_output 'also as JSON' '"most_heavy_atoms":	50' "$khop" info chains.safetensors --json
LC_ALL=C sed 's/domain/dumain/' chains.safetensors >older.safetensors
run "$khop" predict older.safetensors strange.smi -o older.csv
check 'a model that does not say is told' \
  grep -q 'older.safetensors: it does not say which molecules.*no column outside$' "$err"
same 'and has no column' 'row,smiles,predicted size,reason' "$(head -n 1 older.csv)"
LC_ALL=C sed 's/validated 30/validated x0/' chains.safetensors >broken.safetensors
expect_error 1 'a note that is broken is refused' "broken.safetensors: the model's note of its domain cannot be read" \
  "$khop" predict broken.safetensors chains.csv -o broken.csv
check 'and nothing is written' test ! -e broken.csv
expect_error 1 'in khop info too' "note of its domain cannot be read" "$khop" info broken.safetensors
printf 'CCCCC.[Na+].[Cl-]\n' >salt.smi
check 'a salt' "$khop" predict chains.safetensors salt.smi -o salt.csv
check 'is outside by its ions' grep -q 'elements Na, Cl' salt.csv
train chains.csv --target size --split-column part --standardise largest-fragment --save fragment.safetensors >/dev/null
check 'the same' "$khop" predict fragment.safetensors salt.smi -o salt.csv
same 'is judged by its standard form' 1 "$(grep -c '^1,CCCCC.\[Na+\].\[Cl-\],[-0-9.]*,,$' salt.csv)"
run "$khop" predict apart.safetensors drugs.csv -o inside.csv
check 'where all lie inside nothing is said' test -z "$(grep 'lie outside' "$err")"

finish
