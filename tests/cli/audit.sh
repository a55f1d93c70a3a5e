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
has "a graph" '"bipartite":false' karate --kernel 3 --dilations 1,2,4 --json
has "its diameter" '"diameter":5' karate --kernel 3 --dilations 1,2,4 --json
has "every ring is seen" '"share_per_hop":[1,1,1,1,1,1,null' karate --kernel 3 --dilations 1,2,4 --json
has "even hops only" '"share_per_hop":[1,0,1,0,1]' karate --kernel 3 --dilations 2 --json
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

refuses 2 "khop audit: --dilations: not a list of dilations: '0'" --dilations 0
refuses 2 "khop audit: --dilations: not a list of dilations: '1,x'" --dilations 1,x
refuses 2 "khop audit: --kernel: 0 is not between 1 and 65536" --kernel 0 --dilations 1
refuses 2 "khop audit: --strides: not a list of strides: '0'" --strides 0 --dilations 1
refuses 2 "khop audit: --strides: 2 of them for 1 dilations" --strides 1,2 --dilations 1
refuses 2 "khop audit: --strides: a graph has none" karate --strides 2 --dilations 1
refuses 2 "khop audit: --dilations: which schedule? it is required" --kernel 3
refuses 2 "khop audit: --rate: how long?" --rate 16000 --dilations 1
refuses 2 "khop audit: --span: not a number: 'x'" --span x
refuses 2 "khop audit: --plot: not a name that ends in .svg or .png: 'a.pdf'" --dilations 1 --plot a.pdf
refuses 2 "khop audit: --filter: not a list of numbers: '1,,2'" --filter 1,,2 --plot "$folder/a.svg"
refuses 2 "khop audit: --hops, --radius, --samples and --node ask about a graph" --dilations 1 --node 3
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
