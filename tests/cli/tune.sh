#!/bin/sh
# tune.sh: khop tune: which trainings it makes, what each of them scored, the table that a later call goes on from.
. "$(dirname "$0")/tap.sh"
. "$root/tests/cli/circle.sh"

circle circle.graphml
tune() { run "$khop" tune circle.graphml -q "$@"; }
rounded() { awk -v x="$1" 'BEGIN { printf "%.8f", x }'; }
# rows FILE: what a table says of its trials, without seconds; sorted.
rows() { sed '1d;s/,[^,]*,\([^,]*\)$/,\1/' "$1" | sort -n; }

# --- lists ------------------------------------------------------------------------------------------

lists='recipe=mixhop epochs=6 hidden=4|8 hops=0-1|0,2|0-2 seeds=2'
tune --space "$lists" -o all.csv --json
cp "$out" all.json
same 'lists of two and of three values are six trials' '0 6 6' "$status $(field possible all.json) $(grep -c '"trial":' all.json)"
same 'each point once' 6 "$(sed '1d;s/"0,2"/0:2/' all.csv | cut -d, -f4,5 | sort -u | wc -l)"
same 'the table has the options by name' 'trial,recipe,epochs,hidden,hops,seeds,val accuracy,deviation,runs,reach,parameters,seconds,note' \
  "$(head -n 1 all.csv)"
# An oracle: the training by hand with the options of each row.
trained=
for at in 0 1 2 3 4 5; do
  # shellcheck disable=SC2046
  set -- $(sed -n "s/^$at,mixhop,6,\([48]\),\"\{0,1\}\([0-9,-]*[0-9]\)\"\{0,1\},2,\([0-9.]*\),.*/\1 \2 \3/p" all.csv)
  run "$khop" train circle.graphml --recipe mixhop --epochs 6 --hidden "$1" --hops "$2" --seeds 2 --json -q
  [ "$(rounded "$(field val_mean "$out")")" = "$(rounded "$3")" ] && trained=$trained$at
done
same 'each has the validation score of khop train with its options' 012345 "$trained"
best=$(rounded "$(sed '1d;s/"0,2"/0:2/' all.csv | cut -d, -f7 | sort -rn | head -n 1)")
same 'the best is named by its number' "$(field trial all.json)" "$(field best all.json)"
same 'the JSON begins with the best' "$best" "$(rounded "$(field val all.json)")"
tune --space "$lists"
check 'the text too, which ends with the command that trains it' grep -Eq \
  '^  khop train circle.graphml --recipe mixhop --epochs 6 --hidden [48] --hops [-0-9,]+ --seeds 2$' "$out"
run sh -c "\"\$0\" $(sed -n 's/^  khop \(train.*\)/\1/p' "$out") --json -q" "$khop"
same 'and gives that score' "$best" "$(rounded "$(field val_mean "$out")")"
check 'the reach is that of the rings: two layers of hops 0 to 2 see four' grep -Eq '^[0-5],mixhop,6,4,0-2,2,.*,4,[0-9]+,' all.csv
same 'no test score is in what is told' 0 "$(cat all.csv all.json | grep -c test)"

tune --space "$lists" -n 4 -o few.csv
same 'a few of them are the first of all' "$(rows all.csv | head -n 4)" "$(rows few.csv)"
tune --space "$lists" -n 6 -o few.csv
same 'and are gone on with' "$(rows all.csv)" "$(rows few.csv)"
cp all.csv kept.csv
run "$khop" tune circle.graphml --space "$lists" -o kept.csv
same 'what is in the table is told, and not trained again' 'khop tune: 6 trials are in kept.csv already' "$(cat "$err")"
same 'the table is as it was' "$(cat all.csv)" "$(cat kept.csv)"
tune --space "$lists" -j 3 -o jobs.csv
same 'three at once score the same' "$(rows all.csv)" "$(rows jobs.csv)"
tune --space "$lists" --seed 1 -n 4 -o other.csv
differ 'another seed begins with others' "$(rows few.csv | head -n 4)" "$(rows other.csv)"
tune --space "$lists" -o t.tsv
same 'a table of tabs' "$(head -n 1 all.csv)" "$(head -n 1 t.tsv | tr '\t' ,)"

# --- ranges -----------------------------------------------------------------------------------------

tune --space 'recipe=gcn epochs=2' --space 'hidden=3..6 dropout=0.25..0.5 lr=1e-3..0.1:log' -n 24 -o range.csv -j 2
same 'as many as are asked for' '0 24' "$status $(sed 1d range.csv | wc -l)"
same 'whole numbers have both ends, and none beyond' '3 4 5 6' "$(echo $(sed 1d range.csv | cut -d, -f4 | sort -un))"
within() { sed 1d range.csv | awk -F, -v c="$1" -v low="$2" -v high="$3" '!($c >= low && $c <= high) { bad = 1 } END { exit bad }'; }
check 'numbers lie in their range' within 5 0.25 0.5
check 'also by logarithm' within 6 0.001 0.1
check 'of which half lie in the lower half: 0.001 to 0.01' awk -F, 'NR > 1 { n += $6 < 0.01 } END { exit !(n > 5 && n < 19) }' range.csv
same 'all are different' 24 "$(sed 1d range.csv | cut -d, -f4-6 | sort -u | wc -l)"

# --- sets of graphs, pictures -----------------------------------------------------------------------

awk 'BEGIN { print "smiles,weight"; for (i = 0; i < 30; i++) { s = "C"; for (k = 0; k < i % 9; k++) s = s "C"
  print s "O," i % 9 } }' >alcohols.csv
run "$khop" tune alcohols.csv --space 'target=weight hidden=4|8 epochs=2 layers=1' -q --json
same 'molecules: by the error, of which the least is the best' '0 rmse' "$status $(field metric "$out")"
same 'the lesser of the two' "$(sed -n 's/.*"val":[[:space:]]*\([0-9.]*\).*/\1/p' "$out" | sort -n | head -n 1)" "$(field val "$out")"
same 'which sees as far as its hops before the readout' 3 "$(field reach "$out")"
check 'a picture of a table that is whole' "$khop" tune circle.graphml --space "$lists" -o all.csv -q --plot hops.svg
check 'which says what it shows' grep -q svg hops.svg

ln -s /dev/full full.svg
run "$khop" tune circle.graphml --space "$lists" -o all.csv -q --plot full.svg
same 'one that has no room loses nothing of what was found' '1 1' \
  "$status $(grep -c '^  khop train circle.graphml' "$out")"
check 'and says so' grep -q '^khop tune: full.svg: cannot write' "$err"

# --- what goes wrong --------------------------------------------------------------------------------

refused() { expect_error "$1" "$2" "$3" "$khop" tune circle.graphml -q --space "$4"; }
refused 2 'an option that there is not' "^khop tune: --space: 'depth' is no option of khop train with a value" 'depth=1|2'
refused 2 'a switch' "'strict' is no option of khop train with a value" 'strict=1'
refused 2 'what is said for all' '--threads cannot be searched over' 'threads=1|2'
refused 2 'an option twice' "'hidden' is there twice" 'hidden=1|2 hidden=4'
refused 2 'a value twice' "hidden: '4' twice" 'hidden=4|8|4'
refused 2 'an empty value' 'hidden: an empty value' 'hidden=4||8'
refused 2 'no values' "not option=values: 'hidden'" hidden
refused 2 'nothing' "no option: ' '" ' '
refused 2 'a range that falls' 'hidden=8..4: a range goes from a number to a larger one' 'hidden=8..4'
refused 2 'a logarithm of nothing' 'lr=0..1:log: a range goes .* from above 0' 'lr=0..1:log'
refused 2 'what khop train refuses' "trial 0 is refused: khop train: --norm: not a norm: 'x'" 'norm=x'
expect_error 2 'no space' '--space is missing' "$khop" tune circle.graphml
expect_error 2 'a table that is none' "neither .csv nor .tsv: 'x.json'" "$khop" tune circle.graphml --space hidden=4 -o x.json
expect_error 2 'standard input' 'each training reads the data' "$khop" tune - --space hidden=4
refused 1 'a training that fails' 'no trial has a score: trial 0: khop train: .*split 7' 'recipe=gcn split=7 epochs=2'
tune --space 'recipe=gcn epochs=2 split=7|0' -o one.csv
same 'one that fails stands in the table, with its reason' '0 1 1' \
  "$status $(grep -c 'khop train: .*split 7' one.csv) $(grep -c 'gcn,2,0,0\.[0-9]*,' one.csv)"
expect_error 1 'the table of another search' 'all.csv:1: not of this search' \
  "$khop" tune circle.graphml -q --space 'hidden=4|8' -o all.csv
sed 's/^3,mixhop,6,/3,mixhop,7,/' all.csv >changed.csv
expect_error 1 'a row that says something else' "changed.csv:[0-9]: not of this search" \
  "$khop" tune circle.graphml -q --space "$lists" -o changed.csv
mkfifo pipe.csv
expect_error 1 'a pipe, which cannot be read again' 'pipe.csv: the table is read again: it must be a file' \
  "$khop" tune circle.graphml -q --space hidden=4 -o pipe.csv
printf 'trial,recipe\n0\n' >short.csv
expect_error 1 'a table that is damaged' 'short.csv:1: not of this search' "$khop" tune circle.graphml -q --space "$lists" -o short.csv
expect_error 1 'no time' 'was over before a trial began' "$khop" tune circle.graphml -q --space "$lists" --budget 0.0000001

# --- Ctrl-C -----------------------------------------------------------------------------------------

"$khop" tune circle.graphml -q --space 'recipe=ring epochs=1|2|2000000 patience=never' -o stopped.csv >"$out" 2>"$err" &
tuner=$!
for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30; do
  child=$(pgrep -P $tuner | head -n 1)
  [ -n "$child" ] && grep -q 2000000 "/proc/$child/cmdline" 2>/dev/null && break
  sleep 0.1
done
kill -INT $tuner
wait $tuner
same 'Ctrl-C ends it, and the training with it' '1 0' "$? $(kill -0 "$child" 2>/dev/null && echo 1 || echo 0)"
check 'in one sentence' grep -Eq '^khop tune: interrupted' "$err"
finish
