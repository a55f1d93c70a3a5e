#!/bin/sh
# visible.sh: names that hold control characters do not reach a terminal as they are, whatever prints them: messages and
# reports show such characters by number. Files of results have the names themselves.
. "$(dirname "$0")/tap.sh"
red=$(printf '\033[31mred')
# no_control NAME TEXT: it has no control character but line ends.
no_control() { same "$1: no control character" '' "$(printf %s "$2" | tr -d '\n' | tr -dc '\000-\037\177')"; }

# --- messages ---------------------------------------------------------------------------------------------------

# visible NAME COMMAND...: it fails, and says so in that way.
visible() {
  name=$1
  shift
  run "$@"
  differ "$name: fails" 0 "$status"
  no_control "$name" "$(cat "$err")"
  check "$name: the escape is shown by number" grep -q '\\x1b\[31m' "$err"
}
printf 'smiles,solubility\nCC,1\nCCO,2\n' >molecules.csv
visible 'a file that is not there' "$khop" info "$red.txt"
visible 'the value of an option' "$khop" info karate --max-hop "$red"
visible 'a choice' "$khop" rings karate --hop 1 --norm "$red"
visible 'an option' "$khop" info karate "--$red"
visible 'a command' "$khop" "$red"
printf 'source,target\n%s,\n' "$red" >"bad.csv"
visible 'a cell of a file' "$khop" info bad.csv
visible 'a column that is not there' "$khop" train molecules.csv --target "$red"
visible 'a step' "$khop" train molecules.csv --target x --standardise "$red"
visible 'a time' "$khop" train karate --save-every "$red"

# --- reports ----------------------------------------------------------------------------------------------------

# shown NAME COMMAND...: it succeeds, and prints its text in that way.
shown() {
  name=$1
  shift
  run "$@"
  same "$name: succeeds" 0 "$status"
  no_control "$name" "$(cat "$out" "$err")"
  check "$name: the escape is shown by number" grep -q '\\x1b\[31m' "$out"
}
# A graph whose nodes, classes, columns and words all have one; a set of graphs of molecules too.
escaped='\\u001b[31mred'
awk -v red="$escaped" 'BEGIN { printf "{\"nodes\": ["
  for (i = 0; i < 24; i++) printf "%s{\"id\": \"%s%d\", \"%ssort\": \"%s%d\", \"kind\": \"%sword%d\", \"%snumber\": %g}",
    i ? ", " : "", red, i, red, red, i % 2, red, i % 3, red, i % 2 + i / 100
  printf "], \"links\": ["
  for (i = 0; i < 24; i++) printf "%s{\"source\": \"%s%d\", \"target\": \"%s%d\"}", i ? ", " : "", red, i, red, (i + 1) % 24
  print "]}" }' >"$red.json"
awk -v red="$red" 'BEGIN { print "smiles," red "target"; for (i = 0; i < 40; i++) { s = "CC"
  for (k = i; k; k = int(k / 3)) s = s substr("CNO", k % 3 + 1, 1); print s "," length(s) } }' >"$red-molecules.csv"
printf 'CCO %sname\n' "$red" >"$red.smi"
few='--hidden 4 --epochs 2'
# shellcheck disable=SC2086
{
  shown 'a graph' "$khop" info "$red.json" --label "${red}sort"
  shown 'a training' "$khop" train "$red.json" --label "${red}sort" $few --save "$red.safetensors"
  shown 'a model' "$khop" info "$red.safetensors"
  shown 'predictions' "$khop" predict "$red.safetensors" "$red.json" -o "$red-out.csv"
  shown 'an explanation' "$khop" explain "$red.safetensors" "$red.json" --node "${red}7" --plot "$red-why.svg"
  shown 'scores' "$khop" evaluate "$red.safetensors" "$red.json"
  shown 'what a node sees' "$khop" audit "$red.json" --kernel 3 --dilations 1 --node "${red}7" --plot "$red.svg"
  shown 'a ring' "$khop" rings "$red.json" --hop 2
  shown 'gathered features' "$khop" hops "$red.json" --label "${red}sort" -o "$red.npy"
  shown 'features of nodes' "$khop" featurize "$red.json" -o "$red.npz"
  shown 'features of molecules' "$khop" featurize "$red-molecules.csv" -o "$red.npz"
  shown 'canonical texts' "$khop" smiles "$red.smi"
  shown 'a set of molecules' "$khop" info "$red-molecules.csv" --target "${red}target"
  shown 'a training on them' "$khop" train "$red-molecules.csv" --target "${red}target" $few --layers 1 -q --save "$red-set.safetensors"
  shown 'scores of them' "$khop" evaluate "$red-set.safetensors" "$red-molecules.csv"
}
shown 'the list of data sets' env KHOP_DATA="$work" "$khop" data list

# --- files --------------------------------------------------------------------------------------------------------

check 'a file of results has the names as they are' grep -Fq "7,${red}7,${red}" "$red-out.csv"
run "$khop" info "$red.json" --json
check 'JSON has its own way of writing them' grep -q '\\u001b\[31m' "$out"

# --- the check is checked ---------------------------------------------------------------------------------------

same 'an escape is seen' "$(printf '\033')" "$(printf 'a\033[31m\n' | tr -d '\n' | tr -dc '\000-\037\177')"
finish
