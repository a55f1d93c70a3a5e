#!/bin/sh
# interrupts.sh: Ctrl-C in a step that asks nobody whether to go on: an fsync of an output, or an input, takes for ever
# here, and the signal comes while it does. The command ends all the same, with one sentence; the old file is as it was, or
# a training has kept what it had learned before.
. "$(dirname "$0")/../cli/tap.sh"
library=${KHOP_FAULTS:-$root/build/tests/libfaults.so}
surroundings=${KHOP_SURROUNDINGS:-$root/build/tests/libsurroundings.so}

mkdir "$KHOP_TEST_HOME/temporary"
# files: what is in the folder of the outputs and in that of temporary files.
files() { (ls -A . "$KHOP_TEST_HOME/temporary") | grep -v -x files.before; }

# interrupted NAME FILE ARGUMENTS: of a command that writes FILE.
interrupted() {
  name=$1 target=$2
  shift 2
  echo before >"$target"
  files >files.before
  run timeout 60 env TMPDIR="$KHOP_TEST_HOME/temporary" LD_PRELOAD="$library" FAULT=sync FAULT_AT=1 FAULT_WITH=INTERRUPT "$khop" "$@"
  same "$name: the exit status is that of the signal" 130 "$status"
  same "$name: one sentence" "khop $1: interrupted" "$(cat "$err")"
  same "$name: nothing on stdout" '' "$(cat "$out")"
  same "$name: the old file is as it was" before "$(cat "$target")"
  same "$name: and nothing beside it" '' "$(files | diff files.before -)"
}
files >files.before
touch .khop-left
differ 'a file that is left is seen' '' "$(files | diff files.before -)"
rm .khop-left
interrupted 'rings as .npz' ring.npz rings karate --hop 2 -o ring.npz
interrupted 'rings as .mtx' ring.mtx rings karate --hop 2 -o ring.mtx
interrupted 'hops' hops.npy hops karate -o hops.npy
interrupted 'features of nodes' x.npz featurize karate -o x.npz -q
printf 'CC a\nCCO b\n' >m.smi
interrupted 'features of molecules' y.npz featurize m.smi -o y.npz -q --threads 2
interrupted 'a picture' audit.svg audit karate --kernel 3 --dilations 2 --plot audit.svg

# --- inputs ---------------------------------------------------------------------------------------------------

# waits NAME ARGUMENTS: of a command that reads NAME, a pipe into which nothing is written.
waits() {
  pipe=$1
  shift
  mkfifo "$pipe"
  "$khop" "$@" >"$out" 2>"$err" &
  child=$!
  exec 3>"$pipe" # returns when the command has opened its end
  kill -INT $child
  wait $child
  status=$?
  exec 3>&-
  rm "$pipe"
  same "$*: the exit status is that of the signal" 130 "$status"
  same "$*: one sentence, and nothing on stdout" "khop $1: interrupted" "$(cat "$err" "$out")"
}
"$khop" train karate --recipe gcn --epochs 1 -q --save m.safetensors >"$out"
files >files.before
waits n.gml info n.gml
waits n.csv rings n.csv --hop 2 -o o.npz
waits n.gml hops n.gml -o o.npy
waits n.gml audit n.gml --kernel 3
waits n.gml train n.gml
waits n.smi train n.smi
waits n.gml predict m.safetensors n.gml -o o.csv
waits n.gml evaluate m.safetensors n.gml
waits n.gml explain m.safetensors n.gml --node 1 -o o.csv
waits n.gml featurize n.gml -o o.npz
waits n.smi featurize n.smi -o o.npz
waits n.smi smiles n.smi -o o.csv
waits n data build debian --from n -o o.npz
same 'inputs: nothing is left' '' "$(files | diff files.before -)"

# --- trainings ------------------------------------------------------------------------------------------------

# tensors FILE: what a checkpoint holds behind its header.
tensors() { tail -c "+$((9 + $(od -An -t u8 -N 8 "$1")))" "$1"; }

# training NAME DATA EPOCH OPTIONS: whose checkpoint behind EPOCH (said of the run, if there are several) is the last that
# reaches the disk. It goes on to the same bits and figures.
# shellcheck disable=SC2086 # DATA may be several words
training() {
  what=$1 data=$2 last=$3 said=$4
  shift 4
  "$khop" train $data "$@" --save whole.safetensors -q --json >"$out"
  results "$out" | grep -v curve >whole.json
  run timeout 60 env LD_PRELOAD="$library" FAULT=sync FAULT_AT=$((last + 1)) FAULT_WITH=INTERRUPT \
    "$khop" train $data "$@" --save o.safetensors --save-every 0.000001s -q
  same "$what: the exit status is that of the signal" 130 "$status"
  same "$what: one sentence, that says where the weights are" "khop train: interrupted: the best weights up to $said are \
in o.safetensors; go on with --resume o.safetensors" "$(cat "$err")"
  same "$what: nothing on stdout" '' "$(cat "$out")"
  run "$khop" train $data --resume o.safetensors --save on.safetensors -q --json
  tensors whole.safetensors >a.tensors
  tensors on.safetensors >b.tensors
  results "$out" | grep -v curve >on.json
  check "$what: it goes on to the same bits" cmp a.tensors b.tensors
  same "$what: and to the same figures" '' "$(diff whole.json on.json)"
  rm o.safetensors
}
training 'nodes' karate 1 'epoch 1' --epochs 20
training 'nodes in batches' karate 1 'epoch 1' --epochs 20 --batch 1
awk 'BEGIN { print "source,target"; for (i = 0; i < 60; i++) print i "," (i * 7 + 3) % 60 "\n" i "," (i + 1) % 60 }' >e.csv
awk 'BEGIN { print "id,kind,x"; for (i = 0; i < 60; i++) print i "," i % 3 "," (i % 3) + (i * 37 % 100) / 30 }' >n.csv
training 'several seeds' 'e.csv --nodes n.csv' 16 'run 2, epoch 6' --label kind --recipe ring --epochs 10 --patience never --seeds 4
paths_and_cycles >set.txt
training 'graphs' set.txt 1 'epoch 1' --hidden 8 --layers 1 --epochs 6
run timeout 60 env LD_PRELOAD="$library" FAULT=sync FAULT_AT=1 FAULT_WITH=INTERRUPT \
  "$khop" train karate --save o.safetensors --save-every 0.000001s -q
same 'before an epoch is saved: says that nothing is' 'khop train: interrupted: nothing is saved yet' "$(cat "$err")"

# kept: how many checkpoints a training of 40 epochs writes that asks for one an hour.
kept() {
  env "$@" FAULT=sync FAULT_COUNT="$work/count" "$khop" train karate --epochs 40 --patience never --save o.safetensors \
    --save-every 1h -q >"$out"
  cat count
}
same 'short epochs: one at the end' 1 "$(kept LD_PRELOAD="$library")"
same 'long epochs: one after some' 1 "$(($(kept LD_PRELOAD="$library:$surroundings" SURROUNDINGS_SLOW=1) > 3))"

# --- archives -------------------------------------------------------------------------------------------------

# Deflate hears nobody either, so large arrays are stored: 17 MB of zeros stay 17 MB.
awk 'BEGIN { for (i = 0; i < 2200; i++) print i, (i + 1) % 2200 }' >cycle.txt
check 'a ring of 4.8 million entries' "$khop" rings cycle.txt --hop 2 -o small.npz
check 'all pairs but the nearest' "$khop" rings cycle.txt --operator ball --hop 1100 -o large.npz
same 'a small array is deflated' 1 "$(($(wc -c <small.npz) < 40000))"
same 'a large array is stored' 1 "$(($(wc -c <large.npz) > 19000000))"
check 'and is read as it was written' "$khop" info large.npz --max-hop 1
finish
