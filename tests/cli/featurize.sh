#!/bin/sh
# featurize.sh: khop featurize: molecules in several processes, lines that cannot be read, graphs.
. "$(dirname "$0")/tap.sh"

expect_output 'a graph: rings and features of its nodes' '^k.npz: 34 nodes, 4 columns' \
  "$khop" featurize karate -o k.npz
expect_output 'hops and norm' '34 nodes, 2 columns' "$khop" featurize karate -o k2.npz --hops 1,3 --norm row
expect_error 2 'no output' '-o: where to' "$khop" featurize karate
expect_error 2 'an output that is no .npz' "not .npz: 'k.txt'" "$khop" featurize karate -o k.txt
expect_error 2 'hops that fall' 'hops must ascend' "$khop" featurize karate -o k.npz --hops 2,1
expect_error 2 'an option of molecules for a graph' "'karate' is a graph" "$khop" featurize karate -o x.npz --strict
expect_error 2 'a row for what' "a row for what: 'bond'" "$khop" featurize karate -o x.npz --per bond

printf 'CCO ethanol\r\nnonsense\r\nc1ccccc1 benz\303\250ne\r\n[Na+].[Cl-]\r\n*C\r\nC(C)(C)(C)(C)C\r\nC\r\n' >m.smi

# --- what is not known of an element ----------------------------------------------------------------

printf 'CCO\nO=[U+2]=O\nCl[Ru]Cl\nF[Th](F)(F)F\n' >metals.smi
check 'metals are no error' "$khop" featurize metals.smi -o metals.npz --features crippen,autocorr,counts --threads 1
same 'NaN is told by kind, with the first row' 'khop featurize: metals.npz: 3 of 4 molecules, the first in row 2, have NaN for descriptors that are not known of their atoms: ats_volume 2, ats_electronegativity 3, crippen_logp 2, crippen_mr 2' \
  "$("$khop" featurize metals.smi -o metals.npz --features crippen,autocorr,counts 2>&1 >/dev/null)"
same 'and not where all is known, or with --quiet' '' \
  "$("$khop" featurize metals.smi -o metals.npz --features counts 2>&1 >/dev/null
     "$khop" featurize metals.smi -o metals.npz --quiet 2>&1 >/dev/null)"
printf 'smiles,y\nCCO,1\nCCC,2\nF[Th](F)(F)F,3\nCCCC,2\nO=[U+2]=O,4\nCO,0\nCCN,3\nCCCO,1\n' >metals.csv
trained='metals.csv: 2 of 8 molecules have descriptors that are not known of their atoms'
same 'a model learns from them, and is told that the mean stands for them' 1 \
  "$("$khop" train metals.csv --target y --epochs 2 --save metals.safetensors 2>&1 >/dev/null |
     grep -c "^khop train: $trained .*line 4): the mean of the training molecules stands for them")"
same 'it predicts them, which is told too' 1 \
  "$("$khop" predict metals.safetensors metals.csv -o metals.csv.npz 2>&1 >/dev/null | grep -c "^khop predict: $trained")"
same 'it is evaluated on them, which is told too' 1 \
  "$("$khop" evaluate metals.safetensors metals.csv 2>&1 >/dev/null | grep -c "^khop evaluate: $trained")"

# --- rows, and lines that cannot be read -----------------------------------------------------------

expect_rows() { # NAME REGEX COMMAND...: status 0 and a line of stdout; stderr may hold reasons
  name=$1 regex=$2
  shift 2
  run "$@"
  if [ "$status" = 0 ] && grep -Eq -e "$regex" "$out"; then ok "$name"; else not_ok "$name" "status $status"; fi
}
expect_rows 'a row for each line' '^one.npz: 7 molecules, 2 of them bad, 7 rows of 1267 columns$' \
  "$khop" featurize m.smi -o one.npz --threads 1
same 'rows have the names of the file' 2 "$(grep -ac 'id.npy' one.npz | awk '{ print ($1 > 0) + 1 }')"
same 'each bad line is told, with its number' 2 "$(grep -c '^khop featurize: m.smi: line [26]: ' "$err")"
for threads in 2 3 8; do
  check "$threads processes" "$khop" featurize m.smi -o other.npz --threads $threads
  check "the same bytes with $threads processes" cmp one.npz other.npz
done
awk 'BEGIN { for (i = 0; i < 2500; i++) { s = "C"; for (k = 0; k < i % 23; k++) s = s (k % 3 ? "C" : "(O)C"); print (i % 97 ? s : "bad") } }' >many.smi
same 'where it has some' 0 "$("$khop" featurize many.smi -o none.npz -q; grep -ac 'id.npy' none.npz)"
check 'many lines, one process' "$khop" featurize many.smi -o one.npz --threads 1 --quiet
for threads in 2 5; do
  check "many lines, $threads processes" "$khop" featurize many.smi -o other.npz --threads $threads --quiet
  check "the same bytes of many lines with $threads processes" cmp one.npz other.npz
done
expect_rows 'no more than twenty reasons' '2500 molecules, 26 of them bad' "$khop" featurize many.smi -o one.npz
same 'and how many there are besides' '20 and 6 more' \
  "$(grep -c ': line ' "$err") $(sed -n 's/.*: \(and .* more\)$/\1/p' "$err")"
check 'a row an atom' "$khop" featurize many.smi -o one.npz --per atom --threads 1 --quiet
check 'a row an atom, two processes' "$khop" featurize many.smi -o other.npz --per atom --threads 2 --quiet
check 'the same bytes of atoms' cmp one.npz other.npz

expect_rows 'a fingerprint where it is named' '7 rows of 2048 columns$' "$khop" featurize m.smi -o f.npz --features ecfp
expect_rows 'counts of wider environments' '7 rows of 512 columns$' \
  "$khop" featurize m.smi -o f.npz --features ecfp --radius 3 --bits 512 --occurrences
expect_rows 'and one by feature' '7 rows of 512 columns$' \
  "$khop" featurize m.smi -o f.npz --features fcfp --radius 3 --bits 512 --occurrences
expect_error 2 'a radius without a fingerprint' 'are for --features ecfp' "$khop" featurize m.smi -o f.npz --radius 3
expect_error 2 'a radius too far' '16' "$khop" featurize m.smi -o f.npz --features ecfp --radius 16

echo before >strict.npz
expect_error 1 '--strict' '^khop featurize: m.smi: line 2: ' "$khop" featurize m.smi -o strict.npz --strict
expect_error 1 '--strict with processes' '^khop featurize: many.smi: line 1: ' \
  "$khop" featurize many.smi -o strict.npz --strict --threads 2
same 'what stood there stands' before "$(cat strict.npz)"

# --- files -------------------------------------------------------------------------------------------

printf 'id,SMILES,"log P"\n1,"CCO",2\n2,CC ,\n' >m.csv
expect_output 'a .csv' '2 molecules, 0 of them bad' "$khop" featurize m.csv -o c.npz
expect_output 'another column' '2 molecules' sh -c 'sed s/SMILES/mol/ m.csv >n.csv; "$0" featurize n.csv -o c.npz --smiles-column mol' "$khop"
expect_error 1 'a missing column, with those that are there' 'no column "smiles"; there are: id, mol, log P' \
  "$khop" featurize n.csv -o c.npz
: >empty.smi
expect_error 1 'an empty file' 'empty.smi: the file is empty' "$khop" featurize empty.smi -o c.npz
expect_error 1 'no such file' 'gone.smi: cannot open: No such file' "$khop" featurize gone.smi -o c.npz
expect_error 1 'no such folder' 'No such file' "$khop" featurize m.smi -o gone/c.npz
expect_error 1 'no such feature' 'no feature "nope"' "$khop" featurize m.smi -o c.npz --features nope
head -c 1048576 /dev/zero | tr '\0' C >line.smi
echo >>line.smi
expect_rows 'a line of 1 MB' '1 molecules, 1 of them bad' "$khop" featurize line.smi -o c.npz
check 'a line of 1 MB has its reason' grep -q 'more than 16384 atoms' "$err"
head -c 10000 /dev/zero | tr '\0' C >polymer.smi
expect_output 'a polymer of 10,000 atoms' '1 molecules, 0 of them bad' \
  "$khop" featurize polymer.smi -o c.npz --features ring,wiener,autocorr
[ -c /dev/full ] && expect_error 1 'a full disk' '/dev/full: cannot write' "$khop" featurize m.csv -o /dev/full

# --- processes that end early ------------------------------------------------------------------------

awk 'BEGIN { for (i = 0; i < 60000; i++) print "CC(=O)Nc1ccc(O)cc1CCOC(=O)c1ccccc1" }' >long.smi
rm -f killed.npz
"$khop" featurize long.smi -o killed.npz --threads 2 >"$out" 2>"$err" &
id=$!
child=
for try in 1 2 3 4 5 6 7 8 9 10; do
  child=$(ps -o pid= --ppid $id 2>/dev/null | head -n 1 | tr -d ' ')
  [ -z "$child" ] || break
  sleep 0.1
done
if [ -n "$child" ]; then
  kill -9 "$child"
  status=0
  wait $id || status=$?
  wanted=1 name='a worker that is killed' regex='long.smi: a worker ended before its work was done'
  check_error
  "$khop" featurize long.smi -o killed.npz --threads 2 >"$out" 2>"$err" &
  id=$!
  sleep 0.3
  kill -TERM $id
  status=0
  wait $id || status=$?
  wanted=1 name='a signal ends it' regex='killed.npz: interrupted'
  check_error
  same 'nothing is left behind' '' "$(ls | grep -E 'killed|khop-')"
else
  kill $id 2>/dev/null
  skip 'workers cannot be seen with ps'
fi

finish
