#!/bin/sh
# jobs.sh: khop train --jobs: seeds and splits in processes beside one another score what they score one after the other.
. "$(dirname "$0")/tap.sh"
. "$root/tests/cli/circle.sh"

circle circle.graphml
both() { # both NAME OPTIONS: the JSON of one process and that of three at once
  name=$1
  shift
  run "$khop" train --json -q "$@"
  results "$out" >alone.json
  run "$khop" train --json -q --jobs 3 "$@"
  same "$name" "0 $(cat alone.json)" "$status $(results "$out")"
}
both 'seeds' circle.graphml --recipe mixhop --epochs 9 --seeds 5 --seed 7 --hidden 8
same 'they are five, and differ' '5 5' \
  "$(grep -c '"loss"' alone.json) $(grep '"loss"' alone.json | sort -u | wc -l)"
check 'numbers have all their digits: a loss needs 16 or 17 of them' grep -Eq '"loss":[[:space:]]*[0-9.]{17}' alone.json
both 'seeds of a recipe that is chosen' circle.graphml --epochs 4 --seeds 2
both 'seeds of one that is chosen within a time, the data behind --' --epochs 4 --seeds 2 --budget 60s -- circle.graphml
if [ -n "$real_data" ] && [ -f "$real_data/texas.npz" ]; then
  KHOP_DATA=$real_data
  both 'splits by list, and seeds' texas --recipe gcn --epochs 4 --split 1,3 --seeds 2
  both 'all splits, by another metric' texas --recipe mlp --epochs 3 --split all --metric macro-f1
  both 'each split with a recipe of its own' texas --epochs 2 --split 0,1 --seeds 2
  KHOP_DATA=$root/datasets
else
  skip 'Texas is not here'
fi
run "$khop" train circle.graphml --recipe gcn --epochs 4 --seeds 3 -j 2
same 'a line a run, as they end' '3 1' "$(grep -c '^run [1-3]/3 ' "$err") $(grep -c 'over 3 runs' "$out")"

sed 's/>val</>test</' circle.graphml >blind.graphml
run "$khop" train blind.graphml --recipe gcn --epochs 4 --seeds 2 -j 2
same 'without validation nodes none is spoken of' '2 0' "$(grep -c '^run' "$err") $(grep -c 'val' "$err")"

# --- what goes wrong --------------------------------------------------------------------------------

refused() { # refused OPTION ..: it does not go with --jobs
  expect_error 2 "--jobs and --$1" "^khop train: --jobs and --$1: runs in processes of their own share no such thing" \
    "$khop" train circle.graphml --recipe gcn --seeds 2 -j 2 "--$1=$2"
}
refused save x.safetensors
refused sample 3
expect_error 2 'standard input' '--jobs: each training reads the data' "$khop" train - -j 2
awk 'BEGIN { print "smiles,weight"; for (i = 0; i < 12; i++) print "CCO," i }' >set.csv
expect_error 2 'a set of graphs' '--jobs is for one graph' "$khop" train set.csv --target weight -j 2
expect_error 1 'one that fails ends all' 'split 5' "$khop" train circle.graphml --recipe gcn --seeds 2 -j 2 --split 5 -q

"$khop" train circle.graphml -q --recipe ring --epochs 2000000 --patience never --seeds 4 -j 2 >"$out" 2>"$err" &
trainer=$!
for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
  children=$(pgrep -P $trainer | tr '\n' ' ')
  [ "$(echo "$children" | wc -w)" = 2 ] && break
  sleep 0.1
done
kill -INT $trainer
wait $trainer
same 'Ctrl-C ends it in one sentence' '1 khop train: interrupted before a run was over' "$? $(cat "$err")"
left=0
for child in $children; do kill -0 "$child" 2>/dev/null && left=1; done
same 'and the runs with it' 0 $left
finish
