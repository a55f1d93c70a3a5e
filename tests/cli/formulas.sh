#!/bin/sh
# formulas.sh: with --spreadsheet no text of a .csv or .tsv, wherever it came from, begins as a formula does; without it
# texts are what they were.
. "$(dirname "$0")/tap.sh"

# --- names, classes and columns of one graph ----------------------------------------------------------------------

awk 'BEGIN { split("= + - @", sign, " "); printf "{\"nodes\": ["
  for (i = 0; i < 24; i++) printf "%s{\"id\": \"%sx%d\", \"sort\": \"%s\"}", i ? ", " : "", sign[i % 4 + 1], i, i % 2 ? "=cmd|x" : "-no"
  printf "], \"links\": ["
  for (i = 0; i < 24; i++) printf "%s{\"source\": \"%sx%d\", \"target\": \"%sx%d\"}", i ? ", " : "", sign[i % 4 + 1], i,
    sign[(i + 1) % 4 + 1], (i + 1) % 24
  print "]}" }' >g.json
check 'a model of classes' "$khop" train g.json --label sort --hidden 4 --epochs 2 -q --save m.safetensors

# formulas FILE: how many fields of it begin as a formula, but for numbers.
formulas() {
  awk -F '[,\t]' '{ for (f = 1; f <= NF; f++) { t = $f; sub(/^"/, "", t)
    if (t ~ /^[=+@-]/ && t !~ /^-?[0-9.]+(e[-+]?[0-9]+)?$/) n++ } } END { print n + 0 }' "$1"
}
for extension in csv tsv; do
  run "$khop" info g.json --map "plain.$extension"
  differ "the names of $extension begin as formulas do" 0 "$(formulas "plain.$extension")"
  run "$khop" info g.json --map "safe.$extension" --spreadsheet
  same "info --map, $extension: no formula" 0 "$(formulas "safe.$extension")"
  same "info --map, $extension: the names but for the apostrophe" "$(cat "plain.$extension")" "$(tr -d "'" <"safe.$extension")"
  run "$khop" predict m.safetensors g.json -o "plain.$extension"
  differ "predictions, $extension: they have formulas otherwise" 0 "$(formulas "plain.$extension")"
  run "$khop" predict m.safetensors g.json -o "safe.$extension" --spreadsheet
  same "predictions, $extension: no formula" 0 "$(formulas "safe.$extension")"
  same "predictions, $extension: the same but for the apostrophe" "$(cat "plain.$extension")" "$(tr -d "'" <"safe.$extension")"
done

# --- SMILES and ids of molecules -----------------------------------------------------------------------------------

awk 'BEGIN { print "smiles,id,y"; for (i = 0; i < 40; i++) { s = "CC"
  for (k = i; k; k = int(k / 3)) s = s substr("CNO", k % 3 + 1, 1); print s ",=id" i "," length(s) }
  print "=O,+last,1" }' >molecules.csv
check 'a model of molecules' "$khop" train molecules.csv --target y --hidden 4 --layers 1 --epochs 1 -q --save s.safetensors
run "$khop" predict s.safetensors molecules.csv -o plain.csv
differ 'ids begin as formulas do' 0 "$(formulas plain.csv)"
run "$khop" predict s.safetensors molecules.csv -o safe.csv --spreadsheet
same 'molecules: no formula' 0 "$(formulas safe.csv)"
check 'a SMILES too' grep -q "'=O" safe.csv

# --- what it does not go with --------------------------------------------------------------------------------------

expect_error 2 'arrays are for no spreadsheet' "^khop predict: --spreadsheet is for .csv and .tsv, and -o is 'p.npz'" \
  "$khop" predict m.safetensors g.json -o p.npz --spreadsheet
expect_error 2 'a map is needed' '^khop info: --spreadsheet goes with --map' "$khop" info g.json --spreadsheet
finish
