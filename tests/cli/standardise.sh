#!/bin/sh
# standardise.sh: --standardise: the steps are taken, told, kept by a model, and refused where they make no sense.
. "$(dirname "$0")/tap.sh"

# The same molecules as salts, ions and labelled, and as they are in standard form.
printf 'smiles,y\nCC(=O)[O-].[Na+],1\n[NH3+]CC,2\nCCO,3\n[13CH3]CF,4\nN[C@@H](C)O,5\n' >salts.csv
printf 'smiles,y\nCC(=O)O,1\nNCC,2\nCCO,3\nCCF,4\nNC(C)O,5\n' >plain.csv
for i in 1 2 3 4 5 6 7 8; do
  c=$(printf "%${i}s" '' | tr ' ' C)
  printf '%sO,%d\n' "$c" "$i" | tee -a salts.csv >>plain.csv
done
counts='standardised, of 13 molecules changed: largest-fragment 1, neutral 2, isotopes 1, stereo 1'

run "$khop" featurize salts.csv -o salts.npz --standardise all --threads 1
same 'molecules are featurized in standard form' 0 "$status"
check 'and how many each step changed is told' grep -q "$counts" "$err"
run "$khop" featurize plain.csv -o plain.npz --threads 1
check 'the numbers are those of the standard forms' cmp salts.npz plain.npz
run "$khop" featurize salts.csv -o salts.npz --standardise largest-fragment,neutral,isotopes,stereo --threads 3
check 'all is each of them, by any number of processes' grep -q "$counts" "$err"
check 'the numbers too' cmp salts.npz plain.npz
expect_error 2 'a word that is none is told the nearest' "'neutrl': did you mean neutral" \
  "$khop" featurize salts.csv -o x.npz --standardise stereo,neutrl
expect_error 2 'or all of them' 'largest-fragment, neutral, isotopes, stereo, all' \
  "$khop" featurize salts.csv -o x.npz --standardise salts
expect_error 2 'a graph has no fragments' 'for molecules' "$khop" featurize karate -o x.npz --standardise all
expect_error 2 'nor one to train on' 'standardise is for sets of graphs' "$khop" train karate --standardise all

run "$khop" train salts.csv --target y --standardise all --hidden 4 --epochs 2 -q --save salts.safetensors
run "$khop" predict salts.safetensors salts.csv -o salts_out.csv
check 'a model takes the steps it was trained with' grep -q "$counts" "$err"
run "$khop" predict salts.safetensors plain.csv -o plain_out.csv
same 'so that both files are predicted alike' "$(cut -d, -f3 plain_out.csv)" "$(cut -d, -f3 salts_out.csv)"
run "$khop" info salts.safetensors
check 'khop info tells them' grep -q -e '--standardise=all' "$out"
expect_error 2 'other steps than those are refused' 'trained with --standardise all' \
  "$khop" featurize salts.csv -o x.npz --model salts.safetensors --standardise neutral

finish
