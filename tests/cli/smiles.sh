#!/bin/sh
# smiles.sh: khop smiles: one text for all writings, to standard output and into tables.
. "$(dirname "$0")/tap.sh"

# Four writings of each of three molecules: lower case, Kekule form, other orders and other signs of one configuration.
cat >writings.smi <<'END'
c1ccccc1O phenol
OC1=CC=CC=C1 phenol
C1=CC(O)=CC=C1 phenol
[OH]c1[cH][cH][cH][cH][cH]1 phenol
C[C@@H](C(=O)O)N alanine
N[C@@H](C)C(O)=O alanine
OC(=O)[C@H](C)N alanine
[C@H](N)(C)C(=O)O alanine
C1CC=CC1.Cl mixture
Cl.C1=CCCC1 mixture
[H]Cl.C1CCC=C1 mixture
C=1CCCC1.Cl mixture
END
run "$khop" smiles writings.smi
same 'each writing has a line' '0 12' "$status $(wc -l <"$out" | tr -d ' ')"
same 'and all of one molecule the same' 'alanine 4 mixture 4 phenol 4' \
  "$(sort "$out" | uniq -c | awk '{ print $3, $1 }' | sort | tr '\n' ' ' | sed 's/ $//')"
check 'nothing else is printed' [ ! -s "$err" ]
cp "$out" once.smi
run "$khop" smiles once.smi
check 'the texts are read back to themselves' cmp -s "$out" once.smi
printf 'C[C@H](N)C(=O)O\nC[C@@H](N)C(=O)O\n' >hands.smi
run "$khop" smiles hands.smi
same 'mirror images are two molecules' 2 "$(sort -u "$out" | wc -l | tr -d ' ')"
run "$khop" smiles hands.smi --flat
same 'and one without configurations' 1 "$(sort -u "$out" | wc -l | tr -d ' ')"
printf '[2H]C([2H])O heavy\n' >heavy.smi
expect_output 'isotopes go with them' '^CO heavy$' "$khop" smiles heavy.smi --flat

# --- tables ---------------------------------------------------------------------------------------------

printf 'name,smiles\n=sum,OC\nbad,C(C\n"two\nlines",c1cccc1C\n-x,N\n,=C=\n' >mols.csv
run "$khop" smiles mols.csv -o out.csv
same 'what cannot be read keeps its row, and the rest is written' 0 "$status"
same 'with line, name, text and reason' 'line,id,smiles,problem|2,=sum,CO,|3,bad,,' \
  "$(head -n 3 out.csv | sed 's/^3,bad,,.*/3,bad,,/' | paste -sd '|' -)"
same 'each reason is told as well' 3 "$(grep -c '^khop smiles: mols.csv: line [3-7]: ' "$err")"
same 'and how many there were' 'out.csv: 5 molecules, 3 of them bad' "$(cat "$out")"
run "$khop" smiles mols.csv -o out.tsv
same '.tsv has tabs' "line	id	smiles	problem" "$(head -n 1 out.tsv)"
run "$khop" smiles mols.csv -o safe.csv --spreadsheet -q
same 'names are no formulas where that is asked for' "2,'=sum,CO," "$(sed -n 2p safe.csv)"
check '-q says nothing' [ ! -s "$out" -a ! -s "$err" ]
run "$khop" smiles mols.csv
same 'a line each on standard output, of those that could be read' '0 2' "$status $(wc -l <"$out" | tr -d ' ')"
printf '"smiles",name\nC,"two\nlines"\n' >lines.csv
expect_output 'whatever its name' '^C two\\x0alines$' "$khop" smiles lines.csv
run "$khop" smiles mols.csv -o strict.csv --strict
check '--strict ends at the first' [ "$status" = 1 -a ! -e strict.csv -a "$(wc -l <"$err")" = 1 ]
seq 30 | sed 's/.*/C(/' >many.smi
run "$khop" smiles many.smi
same 'the first 20 reasons are told, and how many more there are' '20 1' \
  "$(grep -c ': line ' "$err") $(grep -c ': and 10 more$' "$err")"

# --- standard forms ---------------------------------------------------------------------------------------

printf 'CC(=O)[O-].[Na+] salt\nCC(O)=O acid\n' >salts.smi
run "$khop" smiles salts.smi --standardise largest-fragment,neutral
same 'a salt and its acid have one standard form' 1 "$(cut -d' ' -f1 "$out" | sort -u | wc -l | tr -d ' ')"
check 'which is told' grep -q 'standardised, of 2 molecules 1 changed' "$err"

# --- bad input ------------------------------------------------------------------------------------------

expect_error 1 'no such file' 'nowhere.smi' "$khop" smiles nowhere.smi
expect_error 1 'a graph' 'karate' "$khop" smiles karate
expect_error 2 'an output that is no table' "not .csv or .tsv: 'x.npz'" "$khop" smiles mols.csv -o x.npz
expect_error 2 '--spreadsheet without a table' 'spreadsheet goes with -o' "$khop" smiles mols.csv --spreadsheet
expect_error 2 'a step that is none' "did you mean neutral" "$khop" smiles mols.csv --standardise neutrl
expect_error 1 'a column that is not there' 'no column "text"; there are: name, smiles' "$khop" smiles mols.csv --smiles-column text

finish
