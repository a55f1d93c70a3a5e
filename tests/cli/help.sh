#!/bin/sh
# help.sh: what the command says of itself, mistakes in using it, and output that has nowhere to go.
. "$(dirname "$0")/tap.sh"

# --- help -----------------------------------------------------------------------------------------

commands='info rings audit train tune bench hops predict evaluate explain featurize smiles export data'
# listed FILE: the commands that an overview names.
listed() { sed -n '/^Commands:/,/^$/s/^  \([a-z]*\) .*/\1/p' "$1" | tr '\n' ' ' | sed 's/ $//'; }
for option in --help -h help 'help help' 'help --help'; do
  # shellcheck disable=SC2086
  run "$khop" $option
  same "khop $option names every command, and nothing else" "0 $commands 0" "$status $(listed "$out") $(wc -c <"$err")"
done
expect_error 2 'no command: all there are' \
  "^khop: which command\? info, rings, audit, train, tune, bench, hops, predict, evaluate, explain, featurize, smiles, export or data \(see 'khop --help'\)\$" "$khop"
expect_error 2 'an empty command' 'which command' "$khop" ''
for command in $commands; do
  run "$khop" "$command" --help
  cp "$out" help_of
  for option in help --help -h; do
    run "$khop" $option "$command"
    if [ "$status" = 0 ] && grep -q "^usage: khop $command " "$out" && cmp -s "$out" help_of && [ ! -s "$err" ]; then
      ok "khop $option $command is khop $command --help"
    else
      not_ok "khop $option $command is khop $command --help" "status $status"
    fi
  done
done
expect_error 2 'the help of a command that there is not' "^khop: there is no command 'nope' \(see 'khop --help'\)\$" \
  "$khop" help nope
expect_error 2 'the help of two commands' "^khop help: one argument too many: 'info'\$" "$khop" help train info
expect_output 'khop --version' '^khop [0-9]+\.[0-9]+\.[0-9]+$' "$khop" --version

# The options of each command, as `--name ARGUMENT`; every one of them is tried further down too.
graph_options='--directed-links/--directed/--ids KIND/--format NAME'
role_options='--label NAME/--split-column NAME'
split_options='--masks PREFIX/--split-seed N'
info_options="--max-hop K/--direction DIR/--ranks R/--exact/--map FILE.csv/--spreadsheet/--threads T/--json/$graph_options/$role_options/$split_options/--target LIST/--nodes TABLE/--features LIST|none/--exclude LIST/--name NAME/--missing HOW/--graph-labels TABLE"
rings_options="-k, --hop K/--direction DIR/--operator OP/--norm NORM/--self-loop/--search WAY/--form FORM/-o, --output FILE/--threads T/--json/$graph_options/--memory BYTES"
predict_options="-o, --output FILE/--rows LIST/--hop-features FILE.npy/--smiles-column NAME/--spreadsheet/--threads T/$graph_options/$role_options/--memory BYTES/--nodes TABLE/--features LIST|none/--exclude LIST/--name NAME/--missing HOW/--columns HOW/--graph-labels TABLE"
evaluate_options="--part PART/--split I/--plot FILE/--target LIST/--hop-features FILE.npy/--smiles-column NAME/--threads T/--json/-q, --quiet/--columns HOW/$graph_options/$role_options/$split_options/--memory BYTES/--nodes TABLE/--features LIST|none/--exclude LIST/--name NAME/--missing HOW/--graph-labels TABLE"
train_options="-r, --recipe NAME/--budget TIME/--split LIST|all/--seeds N/--seed S/--ensemble N/-j, --jobs N/--metric NAME/--hops LIST/--dilations LIST/--layers N/--hidden N/--norm NORM/--direction DIR/--operator OP/--self-loop yes|no/--weights KIND/--concat yes|no/--sample M/--activation NAME/--dropout P/--input-dropout P/--teleport A/--lambda X/--delay N/--feature-norm X|none/--row-normalize yes|no/--epochs N/--patience N|never/--select BY/--lr RATE/--warm-up EPOCHS/--weight-decay X[,Y]/--optimizer NAME/--label-smoothing P/--class-weights HOW/--clip NORM/--average A/--swa EPOCH/--schedule NAME/--form FORM/--hop-features FILE.npy/--threads T/--target LIST/--smiles-column NAME/--descriptors LIST|none/--standardise LIST/--strict/--protocol NAME/--split-by WAY/--duplicates WAY/--splits N/--folds K/--only I/--inner K/--candidate OPTIONS/--batch N/--keep best|last/--head-dropout P/--bonds yes|no/--paths LIST/--structure yes|no/--readout LIST/--scatter FILE/--save FILE/--save-every TIME/--resume FILE/--json/-q, --quiet/$graph_options/$role_options/$split_options/--memory BYTES/--nodes TABLE/--features LIST|none/--exclude LIST/--name NAME/--missing HOW/--encodings LIST/--columns HOW/--graph-labels TABLE"
hops_options="-o, --output FILE.npy/--hops LIST/--norm NORM/--direction DIR/--operator OP/--self-loop/--form FORM/--sample M/--project D/--seed S/--row-normalize/--threads T/-q, --quiet/$graph_options/$role_options/--memory BYTES/--nodes TABLE/--features LIST|none/--exclude LIST/--name NAME/--missing HOW"
audit_options="--kernel K/--dilations LIST/--strides LIST/--branches LIST/--padding PAD/--size N/--span N/--rate HZ/--plot FILE/--filter LIST/--hops LIST/--radius HOPS/--direction DIR/--samples N/--seed S/--exact/--node NAME/--model FILE/--nodes TABLE/--threads T/--json/$graph_options/--memory BYTES"
explain_options="--node NAME/--row N/--class NAME/--baseline WHAT/--tolerance X/--top N/-o, --output FILE/--plot FILE/--spreadsheet/--smiles-column NAME/--threads T/--json/-q, --quiet/$graph_options/$role_options/--memory BYTES/--nodes TABLE/--features LIST|none/--exclude LIST/--name NAME/--missing HOW/--columns HOW"
tune_options='-s, --space OPTION=VALUES/-n, --trials N/--budget TIME/--seed S/-o, --output FILE.csv/--plot FILE/-j, --jobs N/--threads T/--json/-q, --quiet'
bench_options='--only TEXT/-o, --output FILE.tsv/--threads T/-q, --quiet'
export_options='-o, --output FILE.c/--name NAME'
data_command_options='-o, --output FILE.npz/--from FILE/--json/-q, --quiet'
featurize_options="-o, --output FILE.npz/--hops LIST/--threads T/-q, --quiet/--features LIST/--per WHAT/--bits N/--radius R/--occurrences/--smiles-column NAME/--standardise LIST/--strict/--model FILE/--norm NORM/$graph_options/$role_options/--memory BYTES/--nodes TABLE/--columns HOW"
smiles_options='-o, --output FILE/--standardise LIST/--flat/--smiles-column NAME/--strict/--spreadsheet/-q, --quiet'

# names_options COMMAND LIST: the help of a command has each of them, and no other.
names_options() {
  run "$khop" "$1" --help
  missing=
  old_ifs=$IFS
  IFS=/
  count=1
  for option in $2; do
    count=$((count + 1))
    grep -Fq -e " $option " "$out" || missing="$missing $option"
  done
  IFS=$old_ifs
  same "khop $1 --help names each option" '' "$missing"
  same "khop $1 --help has no other option" $count "$(grep -Ec '^  (-.,|   ) --[a-z]' "$out")"
  same "khop $1 --help ends with 0, and is on stdout alone" '0 0' "$status $(wc -c <"$err")"
  check "khop $1 --help begins with the usage" grep -Eq "^usage: khop $1 " "$out"
  same "khop $1 --help fits into 100 columns" '' "$(awk 'length > 100' "$out")"
  same "khop $1 --help: its columns are aligned" '' \
    "$(sed -n '/^  [- ]/p' "$out" | grep -E -e '--[a-z]' | grep -Ev '^  (-.,|   ) --.{23,24}[^ ]' | grep -v '^  khop')"
}
names_options info "$info_options"
names_options rings "$rings_options"
names_options audit "$audit_options"
names_options train "$train_options"
names_options tune "$tune_options"
names_options bench "$bench_options"
names_options predict "$predict_options"
names_options evaluate "$evaluate_options"
names_options hops "$hops_options"
names_options featurize "$featurize_options"
names_options smiles "$smiles_options"
names_options explain "$explain_options"
names_options export "$export_options"
names_options data "$data_command_options"
expect_output 'help wins wherever it stands' '^usage: khop train' "$khop" train karate --help
expect_output '-h is --help' '^usage: khop train' "$khop" train -h

# --- mistakes -------------------------------------------------------------------------------------

expect_error 2 'an unknown command' "no command 'nope'" "$khop" nope
expect_error 2 'an unknown option in place of a command' "'--nope'" "$khop" --nope
for command in info rings train tune bench hops predict evaluate explain featurize smiles export data; do
  expect_error 2 "khop $command: an unknown long option" \
    "^khop $command: there is no option --zzzz \(see 'khop $command --help'\)\$" "$khop" $command --zzzz=3 x
  expect_error 2 "khop $command: an unknown letter" "^khop $command: there is no option -Z " \
    "$khop" $command x -Z
  expect_error 2 "khop $command: too few arguments" "^khop $command: an argument is missing" \
    "$khop" $command
  expect_error 2 "khop $command: too many arguments" "^khop $command: one argument too many: '" \
    "$khop" $command list 2 3 4
  expect_error 2 "khop $command: an empty argument" "^khop $command: an argument is empty" \
    "$khop" $command ''
done

form() { expect_error 2 "$1" "^$2\$" "$khop" $3; }
form 'a value that is missing' "khop train: --hops: a value is missing \(see 'khop train --help'\)" 'train karate --hops'
form 'a value that is missing, of a letter' "khop rings: -k: a value is missing .*" 'rings karate -k'
form 'a value for a switch' "khop train: --json: takes no value .*" 'train karate --json=3'
form 'a value for --help' "khop train: --help: takes no value .*" 'train --help=3'
form 'a beginning that several options have' "khop train: --s: more than one option begins so .*" 'train karate --s 3'
form 'the form that is promised' "khop train: --hops: not a list of hops: 'x'" 'train karate --hops x'
form 'the same with =' "khop train: --hops: not a list of hops: 'x'" 'train karate --hops=x'
form 'a search that there is not' "khop rings: --search: not a search: 'dfs' \(bits, graphblas\)" 'rings karate -k2 --search dfs'
form 'a letter is named as a letter' "khop train: -r: not a recipe: 'x' \(ring, dilated, mixhop, sign, residual, deep, appnp, gcn, gcnii, h2gcn, fsgnn, gprgnn, dir, spmpnn, kpgcn, kpgin, drew, jknet, linkx, mlp, molecule, property, small, near, bag\)" 'train karate -r x'
form 'an option that is required: --hop' 'khop rings: --hop: .* required .*' 'rings karate'
form 'an option that is required: -o' 'khop predict: -o: .* required .*' 'predict model karate'
form 'an option that is required: explain --node' 'khop explain: --node or --row: .* required .*' 'explain model karate'
form 'an option that is required: export -o' 'khop export: -o: .* required .*' 'export model'
form 'an option that is required: hops -o' 'khop hops: -o: .* required .*' 'hops karate'
form 'khop data: neither list, path nor build' "khop data: neither list, path nor build: 'x' .*" 'data x'
form 'khop data path without a name' 'khop data: path: a name is missing .*' 'data path'
form 'khop data path with two names' "khop data: path: one argument too many: 'x' .*" 'data path karate x'
form 'khop data build without a name' 'khop data: build: a name is missing .*' 'data build'
form 'khop data build: another name' "khop data: build: only debian can be built, not 'x' .*" 'data build x'
form 'khop data build: another format' "khop data: -o: not .npz: 'x.csv' .*" 'data build debian -o x.csv'
form 'khop data list --from' 'khop data: list: -o and --from are for build .*' 'data list --from x'
form 'khop data list with a name' "khop data: list: one argument too many: 'x' .*" 'data list x'
expect_error 1 'khop data path: an unknown name, with the folders' \
  "nope: no such file, and no such data set in the folders .*$KHOP_DATA" "$khop" data path nope

expect_output 'a beginning that one option has is that option' 'ring 2' "$khop" rings --ho 2 karate
expect_output 'a letter with its value in one word' 'ring 2' "$khop" rings karate -k2
for search in bits graphblas; do "$khop" rings karate -k3 --search $search -o $search.npz >/dev/null; done
if cmp -s bits.npz graphblas.npz; then ok 'both searches write the same file'; else not_ok 'both searches write the same file'; fi
if "$khop" rings karate -k2 -o other.npz >/dev/null && ! cmp -s bits.npz other.npz; then
  ok 'another ring is another file'; else not_ok 'another ring is another file'; fi
printf '0 1\n1 2\n' >--json.txt
expect_output 'what follows -- is an argument' '3 nodes' "$khop" info --max-hop 1 -- --json.txt

printf '7 9\n' >gap.txt
run "$khop" info gap.txt --max-hop 1
same 'what a reader has to tell is on stderr' 'khop info: gap.txt: 2 nodes, named 7 and 9 in the file' "$(cat "$err")"
same 'ids are names' 'gap: 2 nodes, 1 edges, undirected' "$(head -n 1 "$out")"
expect_output 'ids are numbers of nodes' '^gap: 10 nodes' "$khop" info gap.txt --max-hop 1 --ids position
form 'a kind of ids that there is not' "khop info: --ids: not a kind of ids: 'x' \(compact, position\)" 'info gap.txt --ids x'
cp gap.txt gap.odd
expect_output 'a format that is named' '^gap: 10 nodes' "$khop" info gap.odd --max-hop 1 --format edges --ids position

"$khop" info - --max-hop 1 --format edges --ids position <gap.txt >piped
same 'a graph from standard input' '-: 10 nodes, 1 edges, undirected' "$(head -n 1 piped)"
expect_error 1 'standard input without a format' '^khop info: -: standard input has no extension: name its format' \
  "$khop" info -

# --- the other commands in short --------------------------------------------------------------------

expect_output 'khop info' '^  +2 +530 ' "$khop" info karate
run "$khop" info karate --max-hop 5 --json
same 'khop info --json: entries of the rings of karate' '34 156 530 274 146 16' \
  "$(sed -n 's/.*"entries":[[:space:]]*\([0-9]*\).*/\1/p' "$out" | tr '\n' ' ' | sed 's/ $//')"
for key in dataset nodes edges components diameter diameter_exact features classes splits directed exact; do
  check "khop info --json has $key" grep -q "\"$key\":" "$out"
done
expect_output 'khop rings' '34 nodes, 530 entries, .* 0 empty rows' "$khop" rings karate --hop 2
run "$khop" rings karate --hop 2 --json
same 'khop rings --json' '530 2 ring' "$(field entries "$out") $(field hop "$out") $(field operator "$out")"
expect_output 'hop 0 is the identity' '34 entries' "$khop" rings karate --hop 0
expect_output 'hop 10^9 is an empty ring, at once' ' 0 entries, 0.00 a node, 34 empty rows' \
  timeout 20 "$khop" rings karate --hop 1000000000
expect_output 'the ball of hop 10^9 is the component' ' 1156 entries' \
  timeout 20 "$khop" rings karate --hop 1000000000 --operator ball
expect_error 1 'a walk of 10^9 hops' '1000000000' timeout 20 "$khop" rings karate --hop 1000000000 --operator power
run "$khop" rings karate --hop 2 --form ladder --json
same 'khop rings --form ladder --json' '530 ladder' "$(field entries "$out") $(field form "$out")"
expect_output 'khop rings --form' '530 entries, .* matrix-free: 0 entries kept' "$khop" rings karate --hop 2 --form matrix-free
expect_output 'khop rings --form bitmap' '530 entries, .* bitmap: 34 entries kept' "$khop" rings karate --hop 2 --form bitmap
expect_output 'khop rings --form all' '^  stored +530 ' "$khop" rings karate --hop 2 --form all
expect_output 'khop rings --form all --json' '"kept":' "$khop" rings karate --hop 2 --form all --json
expect_error 1 'a ladder is not written' 'ladder.*stored' "$khop" rings karate --hop 2 --form ladder -o l.mtx
expect_error 2 'all forms are not written' '--form all' "$khop" rings karate --hop 2 --form all -o l.mtx
expect_error 2 'a form that there is not' "not a form: 'x'" "$khop" train karate --form x
expect_error 1 'a budget that no form fits' 'budget' "$khop" train karate --memory 1K
expect_output 'khop data list' '^karate +here ' "$khop" data list
expect_output 'khop data list --json' '"name":' "$khop" data list --json
expect_output 'khop data path' "^$KHOP_DATA/karate.graphml\$" "$khop" data path karate
expect_output 'a link to the command' '^  +2 +530 ' sh -c 'ln -s "$0" ./k && ./k info karate' "$khop"

# --- output that has nowhere to go ------------------------------------------------------------------

full() {
  name="khop $* >/dev/full"
  wanted=1 regex='^khop: cannot write to standard output: No space left'
  status=0
  "$khop" "$@" >/dev/full 2>"$err" || status=$?
  : >"$out"
  check_error
}
if [ -c /dev/full ]; then
  full --help
  full --version
  full info karate
  full info karate --json
  full info --help
  full rings karate --hop 2
  full rings karate --hop 2 --json
  full train karate --epochs 2 --quiet
  full train karate --epochs 2 --json
  full train --help
  full data list
  full data list --json
  full data path karate
  check 'a model to predict with' "$khop" train karate --epochs 2 --save model.safetensors
  full predict model.safetensors karate -o scores.npy
  full evaluate model.safetensors karate
  full evaluate model.safetensors karate --json
  cannot='/dev/full: cannot write: No space left'
  expect_error 2 'khop rings -o /dev/full is no format' "-o: neither .mtx nor .npz: '/dev/full'" "$khop" rings karate --hop 2 -o /dev/full
  expect_error 1 'khop predict -o /dev/full' "$cannot" "$khop" predict model.safetensors karate -o /dev/full
  expect_error 1 'khop train --save /dev/full' "$cannot" "$khop" train karate --epochs 2 --save /dev/full
  ln -s /dev/full full.npy
  expect_error 1 'khop predict to a link to /dev/full' 'full.npy: cannot write: No space left' \
    "$khop" predict model.safetensors karate -o full.npy
  ln -s /dev/full full.mtx
  expect_error 1 'khop rings to a link to /dev/full' 'full.mtx: cannot write: No space left' \
    "$khop" rings karate --hop 2 -o full.mtx
  check 'the links are still links' test -L full.npy -a -L full.mtx
  check '/dev/full is still a device' test -c /dev/full
else
  skip 'there is no /dev/full'
fi
status=0
"$khop" info karate >&- 2>"$err" || status=$?
same 'standard output that is closed is /dev/null' 0 $status
expect_output 'scores go through a pipe' '^93 4e 55 4d 50 59' sh -c \
  '"$0" train karate --epochs 2 --quiet --save m.safetensors >/dev/null &&
   "$0" predict m.safetensors karate -o /dev/stdout | head -c 6 | od -An -tx1 | sed "s/^ //"' "$khop"

finish
