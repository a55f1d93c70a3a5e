#!/bin/sh
# kill.sh: writers and trainers are killed (SIGKILL) at moments spread over their work. What stands at the target
# afterwards is nothing, the whole old file, or a whole new one, with nothing beside it; and a training goes on from what
# it has left to the bits of one that was never killed.
#
#   sh tests/faults/kill.sh         12 kills a writer, as the tests run it
#   sh tests/faults/kill.sh 300     as many as that
. "$(dirname "$0")/../cli/tap.sh"
kills=${1:-12}
OMP_NUM_THREADS=1
export OMP_NUM_THREADS

# --- what is killed ---------------------------------------------------------------------------------------

awk 'BEGIN { srand(1); for (i = 0; i < 1200; i++) print int(400 * rand()), int(400 * rand()) }' >big.txt
paths_and_cycles >set.txt
rings_npz() { exec "$khop" rings big.txt --hop 4 -o "$1"; }
rings_mtx() { exec "$khop" rings big.txt --hop 3 -o "$1"; }
hops_npy() { exec "$khop" hops big.txt --hops 0-3 --project 16 -o "$1" -q; }
nodes_safetensors() { exec "$khop" train karate --epochs 200 --patience never --save "$1" --save-every 0.002 -q; }
set_safetensors() { exec "$khop" train set.txt --hidden 8 --layers 1 --epochs 20 --ensemble 2 --save "$1" --save-every 0.002 -q; }

awk 'BEGIN { print "source,target"; for (i = 0; i < 60; i++) print i "," (i * 7 + 3) % 60 "\n" i "," (i + 1) % 60 }' >e.csv
awk 'BEGIN { print "id,kind,x"; for (i = 0; i < 60; i++) print i "," i % 3 "," (i % 3) + (i * 37 % 100) / 30 }' >n.csv
seeds_safetensors() {
  exec "$khop" train e.csv --nodes n.csv --label kind --recipe ring --seeds 5 --epochs 40 --patience never --save "$1" --save-every 0.002 -q
}

# tensors FILE: what a checkpoint holds behind its header.
tensors() { tail -c "+$((9 + $(od -An -t u8 -N 8 "$1")))" "$1"; }

# stray FILE: what stands beside it. The one moment of a temporary name, between link and rename, is of a whole file.
stray() {
  for beside in .khop-*; do
    [ -f "$beside" ] || continue
    whole "$beside" "$1" || echo "$beside"
    rm -f "$beside"
  done
}

# whole FILE TARGET: whether it is the new file, or of a training a checkpoint that loads.
whole() {
  case $2 in
    *.safetensors) "$khop" info "$1" >"$out" 2>"$err" || { cp "$1" c.safetensors && "$khop" info c.safetensors >"$out" 2>"$err"; } ;;
    *) cmp -s "$1" "good.$2" ;;
  esac
}

# pause MILLISECONDS
pause() { sleep "$(awk -v ms="$1" 'BEGIN { printf "%.3f", ms / 1000 }')"; }

# now: milliseconds.
now() { date +%s%3N; }

for writer in rings_npz rings_mtx hops_npy nodes_safetensors seeds_safetensors set_safetensors; do
  target=o.${writer##*_}
  begin=$(now)
  ($writer "good.$target") >"$out" 2>"$err" || not_ok "$writer: without a kill"
  span=$(($(now) - begin))
  odd='' beside='' absent=0 old=0 new=0 other=''
  i=0
  while [ $i -lt "$kills" ]; do
    rm -f "$target"
    [ $((i % 3)) = 0 ] || echo "the old file" >"$target"
    ($writer "$target") >"$out" 2>"$err" &
    child=$!
    pause $((span * (i * 37 % kills + 1) / kills))
    kill -9 $child 2>/dev/null
    wait $child 2>/dev/null
    if [ ! -e "$target" ]; then
      absent=$((absent + 1))
      [ $((i % 3)) = 0 ] || odd="$odd $i:lost"
    elif [ "$(head -c 12 "$target" | tr -d '\000')" = 'the old file' ]; then
      old=$((old + 1))
      [ "$(cat "$target")" = 'the old file' ] || odd="$odd $i:mixed"
    elif whole "$target" "$target"; then
      new=$((new + 1))
      cp "$target" "left.$target"
      [ ! -f o-2.safetensors ] || cp o-2.safetensors left.o-2.safetensors
    else
      odd="$odd $i:torn"
    fi
    beside="$beside$(stray "$target")"
    i=$((i + 1))
  done
  echo "# $writer: $kills kills within $span ms: $absent times nothing, $old the old file, $new a new one"
  same "$writer: nothing, the whole old file, or a whole new one" '' "$odd"
  same "$writer: and nothing beside it" '' "$beside"
  case $target in *.safetensors) ;; *) rm -f "good.$target"; continue ;; esac
  if [ ! -f "left.$target" ]; then
    skip "$writer: no kill fell between a checkpoint and the end"
    continue
  fi
  case $writer in nodes*) data=karate ;; seeds*) data='e.csv --nodes n.csv' ;; *) data=set.txt ;; esac
  # shellcheck disable=SC2086
  run "$khop" train $data --resume "left.$target" --save on.safetensors -q
  tensors "good.$target" >a.tensors
  tensors on.safetensors >b.tensors
  same "$writer: what a kill has left goes on" 0 "$status"
  check "$writer: to the same bits" cmp a.tensors b.tensors
  [ "$writer" != set_safetensors ] ||
    check "$writer: and so does what is averaged with it" cmp good.o-2.safetensors on-2.safetensors
  rm -f "left.$target" "good.$target" on.safetensors
done

# --- the checks are checked -----------------------------------------------------------------------------------

printf 'torn' >o.safetensors
if whole o.safetensors o.safetensors; then not_ok 'a torn checkpoint is seen'; else ok 'a torn checkpoint is seen'; fi
printf 'torn' >.khop-1
same 'what is left behind is seen' .khop-1 "$(stray o.npz)"
finish
