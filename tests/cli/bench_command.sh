#!/bin/sh
# bench_command.sh: khop bench: a list of trainings once more, and when their scores count as worse.
. "$(dirname "$0")/tap.sh"
. "$root/tests/cli/circle.sh"

circle circle.graphml
row() { printf '%s\t%s\t%s\t%s\t%s\t%s\t%s\n' "$@"; }
header() { row data options metric runs test deviation seconds; }
bench() { run "$khop" bench "$@" -q; }
gcn='--recipe gcn --epochs 5 --seeds 4'

{ header && echo '# new rows' && row circle.graphml "$gcn" '' 0 '' '' '' && row circle.graphml '--recipe mlp --epochs 3' '' 0 '' '' ''; } >new.tsv
bench new.tsv -o list.tsv
same 'rows without scores are new' '0 2' "$status $(grep -c ' new$' "$out")"
# shellcheck disable=SC2086
"$khop" train circle.graphml $gcn --json -q >train.json
same 'the list that is written has the score of khop train' \
  "$(awk -v m="$(field test_mean train.json)" 'BEGIN { printf "%.4g", 100 * m }')" "$(sed -n 's/.*--seeds 4\taccuracy\t4\t\([0-9.]*\).*/\1/p' list.tsv)"
same 'and its deviation' \
  "$(awk -v s="$(field test_std train.json)" 'BEGIN { printf "%.3g", 100 * s }')" "$(grep seeds list.tsv | cut -f6)"
same 'one run has none' '' "$(grep mlp list.tsv | cut -f6)"
bench list.tsv
same 'a second time all are the same' '0 2' "$status $(grep -c ' the same$' "$out")"
bench list.tsv --only mlp
same 'rows that hold a word' '0 1' "$status $(grep -c 'the same' "$out")"

# The score of now is M with deviation S over four runs. A mean of M + d, deviation 8 over four runs: the noise is
# 2 sqrt((S^2 + 64) / 4).
mean=$(grep seeds list.tsv | cut -f5) deviation=$(grep seeds list.tsv | cut -f6)
noise=$(awk -v s="$deviation" 'BEGIN { print sqrt(s * s + 64) }')
judged() { # judged SHIFT: what is said of a list whose mean is higher by so many times the noise
  { header && row circle.graphml "$gcn" accuracy 4 "$(awk -v m="$mean" -v d="$1" -v n="$noise" 'BEGIN { print m + d * n }')" 8 1; } >moved.tsv
  bench moved.tsv
  echo "$status $(sed -n 's/.* s  //p' "$out")"
}
same 'less by nearly the noise is within it' '0 within noise' "$(judged 0.95)"
same 'less by more fails' '1 worse' "$(judged 1.05)"
check 'and is counted' grep -q '^khop bench: 1 of 1 rows are worse than moved.tsv says, or failed$' "$err"
same 'more by nearly the noise' '0 within noise' "$(judged -0.95)"
same 'more by more is no failure' '0 better' "$(judged -1.05)"
{ header && row circle.graphml '--recipe mlp --epochs 3' accuracy 1 99 '' 1; } >one.tsv
bench one.tsv
same 'of one run the noise is not known' '0 1' "$status $(grep -c 'one run: noise is not known' "$out")"
{ header && row circle.graphml "$gcn" macro-f1 4 "$mean" 8 1; } >other.tsv
bench other.tsv
same 'a score by another metric is none of the list' '1 1' "$status $(grep -c 'another metric' "$out")"
awk 'BEGIN { print "smiles,weight"; for (i = 0; i < 30; i++) { s = "C"; for (k = 0; k < i % 9; k++) s = s "C"
  print s "O," i % 9 } }' >alcohols.csv
{ header && row alcohols.csv '--target weight --epochs 2 --splits 3 --hidden 4 --layers 1' rmse 3 0.001 0.0001 1; } >error.tsv
bench error.tsv
same 'of errors more is worse' '1 1' "$status $(grep -c ' worse$' "$out")"

{ header && row circle.graphml '--recipe mlp --epochs 3' '' 0 '' '' '' && row nowhere.graphml '' '' 0 '' '' ''; } >half.tsv
bench half.tsv -o half-now.tsv
same 'what is measured is written, whatever comes after it' '1 1' "$status $(grep -c 'mlp.*accuracy	1	' half-now.tsv)"
{ header && row circle.graphml '--recipe ring --epochs 2000000 --patience never' '' 0 '' '' ''; } >long.tsv
"$khop" bench long.tsv -q >"$out" 2>"$err" &
bencher=$!
for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
  pgrep -P $bencher >/dev/null && break
  sleep 0.1
done
kill -INT $bencher
wait $bencher
same 'Ctrl-C ends it in a sentence' 1 "$(grep -c '^khop bench: interrupted' "$err")"

# --- what goes wrong --------------------------------------------------------------------------------

{ header && row nowhere.graphml '' '' 0 '' '' ''; } >nowhere.tsv
bench nowhere.tsv -o never.tsv
same 'data that are not there are told, with the row' '1 1' "$status $(grep -c '^khop bench: nowhere.graphml : khop train: nowhere.graphml: no such file' "$err")"
expect_error 1 'no list' 'no.tsv: No such file' "$khop" bench no.tsv
row a b c d e f g >wrong.tsv
expect_error 1 'no names of columns' 'wrong.tsv:1: a list begins with the names of its columns' "$khop" bench wrong.tsv
{ header && row circle.graphml '' accuracy x 1 1 1; } >count.tsv
expect_error 1 'a number that is none' 'count.tsv:2: not a row of a list' "$khop" bench count.tsv
{ header && row circle.graphml '' accuracy 1 nan 1 1; } >nan.tsv
expect_error 1 'NaN is no score' 'nan.tsv:2: not a row of a list' "$khop" bench nan.tsv
{ header && echo circle.graphml; } >columns.tsv
expect_error 1 'a column alone' 'columns.tsv:2: not a row of a list' "$khop" bench columns.tsv
header >empty.tsv
expect_error 1 'no row' 'empty.tsv: no row$' "$khop" bench empty.tsv
expect_error 1 'no such row' 'list.tsv: no row holds zzz$' "$khop" bench list.tsv --only zzz
expect_error 2 'a list of commas' "not .tsv: 'x.csv'" "$khop" bench list.tsv -o x.csv
finish
