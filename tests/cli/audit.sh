#!/bin/sh
# audit.sh: khop audit as a program: its JSON, its pictures, its mistakes and exit codes. TAP on stdout.
# $KHOP is the command, $KHOP_SOURCE_ROOT the repository.
set -u
cd "$KHOP_SOURCE_ROOT" || exit 1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
count=0

# result STATUS NAME: one line of TAP.
result() {
  count=$((count + 1))
  if [ "$1" = 0 ]; then echo "ok $count - $2"; else echo "not ok $count - $2"; fi
}

# has NAME TEXT ARGUMENTS: succeeds, and prints TEXT; blanks do not count.
has() {
  name=$1 text=$2
  shift 2
  "$KHOP" audit "$@" >"$folder/out" 2>"$folder/err"
  status=$?
  tr -d ' \t\n' <"$folder/out" | grep -qF "$text" || status=1
  [ ! -s "$folder/err" ] || status=1
  result "$status" "$name"
}

# refuses CODE TEXT ARGUMENTS: fails with the code and exactly this message, and prints nothing else.
refuses() {
  code=$1 text=$2
  shift 2
  "$KHOP" audit "$@" >"$folder/out" 2>"$folder/err"
  status=$?
  [ "$status" = "$code" ] && [ ! -s "$folder/out" ] && grep -qF -- "$text" "$folder/err" &&
    [ "$(wc -l <"$folder/err")" = 1 ]
  result $? "refuses: $text"
}

wave="--kernel 2 --dilations 1,2,4,8,16,32,64,128,256,512"
# shellcheck disable=SC2086
{
  has "WaveNet's field" '"receptive_field":1024' $wave --json
  has "all of it is seen" '"offsets_reached":1024,"offsets_total":1024,"share":1' $wave --json
  has "kernel and dilations" '{"kernel":2,"dilations":[1,2,4,8,16,32,64,128,256,512],' $wave --json
}
has "[1,2,4,8] sees everything" '"offsets_reached":31,"offsets_total":31' --kernel 3 --dilations 1,2,4,8 --json
has "[8,8,8,8] one in eight" '"offsets_reached":9,"offsets_total":65' --kernel 3 --dilations 8,8,8,8 --json
has "text says so" '9of65positionsoneachaxis' --kernel 3 --dilations 8,8,8,8
has "2 s at 16 kHz" '"layers_needed":15' --kernel 2 --span 2 --rate 16000 --json
has "a span without a rate" '"span":1024,"layers_needed":10' --span 1024 --json
has "strides to dilations" '"dilated_equivalent":[1,1,2,2,4]' \
  --kernel 3 --dilations 1,1,1,1,1 --strides 1,2,1,2,1 --json

# 7 x 7 by 2, a pool by 2, two 3 x 3: 1 + 6 + 2 * 2 + 2 * 4 + 2 * 4 = 27, and 224 / 4 outputs.
has "a kernel a layer" '"kernels":[7,3,3,3],"dilations":[1,1,1,1],' --kernel 7,3,3,3 --strides 2,2,1,1 --json
has "its field" '"receptive_field":27,"jump":4' --kernel 7,3,3,3 --strides 2,2,1,1 --json
has "and its dilations" '"receptive_field":19' --kernel 7,3 --dilations 1,6 --json
has "VGG-16's field" '"receptive_field":212,"jump":32' --json \
  --kernel 3,3,2,3,3,2,3,3,3,2,3,3,3,2,3,3,3,2 --strides 1,1,2,1,1,2,1,1,1,2,1,1,1,2,1,1,1,2
has "a list of one kernel is tested" '"hybrid_test":{"gap":2,"passes":true,' --kernel 3,3 --dilations 1,2 --json
has "numbers of padding" '"size":224,"output_size":56' \
  --kernel 7,3,3,3 --strides 2,2,1,1 --padding 3,1,1,1 --size 224 --json
has "padding said back" '"padding":[3,1]' --kernel 7,3 --padding 3,1 --json
has "one number for all" '"output_size":16' --kernel 3 --dilations 18 --padding 18 --size 16 --json
has "valid" '"first_offset":0,"last_offset":12,"size":100,"output_size":88' \
  --kernel 3 --dilations 2,4 --padding valid --size 100 --json
has "an even kernel, same" '"first_offset":-1,"last_offset":2' --kernel 4 --dilations 1 --padding same --json
has "of odd span" '"first_offset":-1,"last_offset":2' --kernel 2 --dilations 3 --padding same --json
has "an even kernel is causal unless said" '"first_offset":-3,"last_offset":0' --kernel 4 --dilations 1 --json
has "an odd one, causal" '"first_offset":-6,"last_offset":0' --kernel 3 --dilations 1,2 --padding causal --json
has "in words" 'from-1to+2' --kernel 4 --dilations 1 --padding same

# rates 6, 12, 18: 7 of 37 offsets; 25 of 1369 pixels, 79 of 50653 voxels.
has "a pyramid" '"offsets_reached":7,"offsets_total":37,' --kernel 3 --branches 6,12,18 --json
has "in a square" '1.826%ofasquare,0.156%ofacube' --kernel 3 --branches 6,12,18
has "with a 1 x 1" '"kernels":[1,3,3,3],"dilations":[],"branches":[1,6,12,18],"receptive_field":37' \
  --kernel 1,3,3,3 --branches 1,6,12,18 --json
has "behind a stack" '"dilations":[1,1],"strides":[2,2],"dilated_equivalent":[1,2,24,48],"branches":[6,12],"receptive_field":103' \
  --kernel 3 --dilations 1,1 --strides 2,2 --branches 6,12 --json
has "its length" '"output_size":16' --kernel 3 --branches 6,12,18 --size 16 --json

has "a graph" '"bipartite":false' karate --kernel 3 --dilations 1,2,4 --json
has "its diameter" '"diameter":5' karate --kernel 3 --dilations 1,2,4 --json
has "every ring is seen" '"share_per_hop":[1,1,1,1,1,1,null' karate --kernel 3 --dilations 1,2,4 --json
has "even hops only" '"share_per_hop":[1,0,1,0,1]' karate --kernel 3 --dilations 2 --json
has "branches on a graph" '"share_per_hop":[1,0,1,1]' karate --kernel 2 --branches 2,3 --json
has "drawn as well" 'drawnin' karate --kernel 2 --branches 2,3 --plot "$folder/rings.svg"
has "a kernel a layer on a graph" '"tap_hops":[0,1,3,6],' karate --kernel 2,3 --dilations 1,3 --json
has "a schedule" '"suggested_dilations":[1,2]' karate --kernel 3 --dilations 2 --json
has "empty rings" '"tap_hops":[0,9],"empty_rows":[0,34]' karate --kernel 2 --dilations 9 --json
has "hops of its own" '"tap_hops":[1,2],' karate --hops 1,2 --dilations 1 --json
has "one thread or two, the same" '"share":1,' karate --kernel 3 --dilations 1,2 --threads 1 --json

printf '0 1\n1 2\n2 3\n3 4\n4 5\n5 0\n' >"$folder/cycle.edges"
has "the parity trap" '"bipartite":true,"parity_trap":true' "$folder/cycle.edges" --dilations 2 --json
has "in words" 'paritytrapyes' "$folder/cycle.edges" --dilations 2
has "one tap at hop 1 opens it" '"parity_trap":false' "$folder/cycle.edges" --dilations 1,2 --json

has "a picture of the field" 'drawnin' --kernel 3 --dilations 1,2,5 --plot "$folder/field.svg"
has "of a long one" 'drawnin' --dilations 1,2,4,8 --plot "$folder/strips.png"
has "of rings" 'drawnin' karate --kernel 3 --dilations 2 --node 0 --plot "$folder/rings.svg"
has "of a response" 'drawnin' --filter 0.25,0.5,0.25 --dilations 2,4 --plot "$folder/response.svg"
grep -q '</svg>' "$folder/field.svg" && grep -q '</svg>' "$folder/rings.svg" &&
  grep -q '</svg>' "$folder/response.svg"
result $? "the pictures are whole"
"$KHOP" audit --kernel 3 --dilations 1,2,5 --plot "$folder/again.svg" >/dev/null
cmp -s "$folder/field.svg" "$folder/again.svg"
result $? "the same picture each time"

# A trained model: one layer over rings 0 and 1; karate has 156 arcs for 34 nodes.
model=$folder/near.safetensors
"$KHOP" train karate --recipe residual --layers 1 --hidden 4 --epochs 2 -q --save "$model" >/dev/null
has "influence of all nodes" '"sources":34,"exact":true' karate --model "$model" --json
has "two hops, and no more" '"nodes_per_hop":[1,4.58823' karate --model "$model" --json
has "of a sample" 'meanof3samplednodes' karate --model "$model" --samples 3
has "of one node" '"node":{"number":8,"name":"8"},' karate --model "$model" --node 8 --json
has "as a curve" 'drawnin' karate --model "$model" --plot "$folder/influence.svg"
grep -q 'Influence by hop\|</svg>' "$folder/influence.svg"
result $? "the curve is whole"
printf '2\n3 0\n0 1 1\n0 2 0 2\n0 1 1\n2 1\n0 1 1\n0 1 0\n' >"$folder/set.txt"
"$KHOP" train "$folder/set.txt" --hidden 4 --layers 1 --epochs 2 -q --save "$folder/set.safetensors" >/dev/null 2>&1
refuses 1 "is a model of sets of graphs, and hops are counted from nodes of one graph" karate --model "$folder/set.safetensors"
refuses 1 "34 others: its features are those nodes" "$folder/cycle.edges" --model "$model"
refuses 1 "nope.safetensors: cannot read" karate --model "$folder/nope.safetensors"
refuses 2 "khop audit: --model: of which data? give DATA" --model "$model"
refuses 2 "khop audit: --dilations is of a stack that is not trained" karate --model "$model" --dilations 1
refuses 2 "khop audit: --samples: beside --node one node is looked from" karate --model "$model" --node 8 --samples 2
refuses 2 "khop audit: --nodes is of the data of a model: give --model" karate --dilations 1 --nodes a.csv
refuses 2 "khop audit: --samples: 0 is not between 1 and 2147483647" karate --model "$model" --samples 0
refuses 1 "khop audit: $folder/no/a.svg: cannot write" karate --model "$model" --plot "$folder/no/a.svg"

refuses 2 "khop audit: --dilations: not a list of dilations: '0'" --dilations 0
refuses 2 "khop audit: --dilations: not a list of dilations: '1,x'" --dilations 1,x
refuses 2 "khop audit: --kernel: 0 is not between 1 and 65536" --kernel 0 --dilations 1
refuses 2 "khop audit: --strides: not a list of strides: '0'" --strides 0 --dilations 1
refuses 2 "khop audit: --strides: 2 of them for 1 dilations" --strides 1,2 --dilations 1
refuses 2 "khop audit: --strides: a graph has none" karate --strides 2 --dilations 1
refuses 2 "khop audit: --dilations: which schedule? it is required" --kernel 3
refuses 2 "khop audit: --kernel: 3 of them for 2 dilations" --kernel 7,3,3 --dilations 1,2
refuses 2 "khop audit: --kernel: 3 of them for 1 dilations and 3 branches" \
  --kernel 7,3,3 --dilations 1 --branches 6,12,18
refuses 2 "khop audit: --kernel: not a list of kernels: '7,0'" --kernel 7,0
refuses 2 "khop audit: --kernel: 65537 is not between 1 and 65536" --kernel 3,65537
refuses 2 "khop audit: --padding: 2 of them for 3 dilations" --padding 1,1 --dilations 1,2,4
refuses 2 "khop audit: --padding: not a list of same, causal, valid or numbers: 'full'" --padding full --dilations 1
refuses 2 "khop audit: --padding: 'same' is for strides of 1 and layer 0 has 2: give numbers" \
  --padding same --kernel 3 --dilations 1 --strides 2
refuses 2 "the branch of rate 6 changes the length by -10 and that of rate 12 by -22: side by side they need one" \
  --kernel 3 --branches 6,12 --padding 1
refuses 2 "khop audit: --branches: not a list of rates: '0'" --branches 0
refuses 2 "khop audit: --branches: more than 16 rates" --branches 1-17
refuses 2 "khop audit: --span: of one kernel, not of a list of 2" --kernel 3,5 --span 100
refuses 2 "khop audit: --hops: the taps of every layer, beside a list of 2 kernels" karate --hops 0,1 --kernel 2,3
refuses 2 "khop audit: --padding and --size: a graph has no border" karate --dilations 1 --size 5
refuses 2 "khop audit: --plot: draws one layer after another" --branches 6,12 --plot "$folder/a.svg"
refuses 2 "khop audit: --plot: draws odd kernels centred" --dilations 1 --padding same --plot "$folder/a.svg"
refuses 1 "layer 1: a kernel of 3, 256 apart, spans 513 positions, and its input has 98, padding included" \
  --kernel 3 --dilations 1,256 --padding valid --size 100
refuses 1 "layer 1: a kernel of 3, 50 apart, spans 101 positions, and its input has 98, padding included" \
  --kernel 3 --dilations 1 --branches 50,50 --padding valid --size 100
refuses 2 "khop audit: --rate: how long?" --rate 16000 --dilations 1
refuses 2 "khop audit: --span: not a number: 'x'" --span x
refuses 2 "khop audit: --plot: not a name that ends in .svg or .png: 'a.pdf'" --dilations 1 --plot a.pdf
refuses 2 "khop audit: --filter: not a list of numbers: '1,,2'" --filter 1,,2 --plot "$folder/a.svg"
refuses 2 "khop audit: --hops, --radius, --samples, --seed and --node ask about a graph" --dilations 1 --node 3
refuses 1 "khop audit: node 99: the graph has nodes 0 to 33" karate --node 99 --plot "$folder/a.svg"
refuses 1 "nowhere" "$folder/nowhere.edges" --dilations 1
refuses 1 "khop audit: kernel 1 sees one position" --kernel 1 --span 5
refuses 1 "khop audit: a receptive field of 2000000001 positions" --kernel 3 --dilations 1000000000
refuses 1 "khop audit: /dev/full: cannot write: No space left on device" --dilations 1 --plot /dev/full
refuses 1 "$folder/no/a.svg: cannot write" --dilations 1 --plot "$folder/no/a.svg"
refuses 1 "budget" karate --dilations 1 --memory 1K
"$KHOP" audit --dilations 1 >/dev/full 2>"$folder/err"
[ $? = 1 ] && grep -q "cannot write to standard output" "$folder/err"
result $? "a full disk behind stdout"
"$KHOP" audit --help | grep -q -- '--dilations LIST'
result $? "help"
echo "1..$count"
