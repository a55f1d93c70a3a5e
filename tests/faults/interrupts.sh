#!/bin/sh
# interrupts.sh: Ctrl-C in a step that asks nobody whether to go on: the last fsync of an output takes for ever here, and
# the signal comes while it does. The command ends all the same, with one sentence, and the old file is as it was.
. "$(dirname "$0")/../cli/tap.sh"
library=${KHOP_FAULTS:-$root/build/tests/libfaults.so}

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

# --- archives -------------------------------------------------------------------------------------------------

# Deflate hears nobody either, so large arrays are stored: 17 MB of zeros stay 17 MB.
awk 'BEGIN { for (i = 0; i < 2200; i++) print i, (i + 1) % 2200 }' >cycle.txt
check 'a ring of 4.8 million entries' "$khop" rings cycle.txt --hop 2 -o small.npz
check 'all pairs but the nearest' "$khop" rings cycle.txt --operator ball --hop 1100 -o large.npz
same 'a small array is deflated' 1 "$(($(wc -c <small.npz) < 40000))"
same 'a large array is stored' 1 "$(($(wc -c <large.npz) > 19000000))"
check 'and is read as it was written' "$khop" info large.npz --max-hop 1
finish
