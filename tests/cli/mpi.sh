#!/bin/sh
# mpi.sh: rings and products on 1 to 4 ranks of MPI, by libkhop-petsc, have the bits of khop alone, and trainings those of
# one rank; bytes that are sent are those that were predicted; and ranks that differ end together, with one sentence. Run
# where PETSc is (tools/demo-mpi installs it).
. "$(dirname "$0")/tap.sh"
ranks=${KHOP_RANKS:?} training=${KHOP_TRAINING:?}
export OMP_NUM_THREADS=1

# on N ARGUMENTS: on N ranks, in a bounded time.
on() {
  n=$1
  shift
  timeout 120 sh "$root/tools/ranks" "$n" "$ranks" "$@"
}

graphs="random1 random2 $root/datasets/karate.graphml"
[ -z "$real_data" ] || graphs="$graphs $real_data/cora.npz"
for graph in $graphs; do
  OMP_NUM_THREADS=1 "$ranks" whole "$graph" >whole
  same "$(basename "$graph"): khop alone answers 24 questions" 24 "$(grep -c ': [0-9a-f]*$' whole)"
  for n in 1 2 3 4; do
    on $n shard "$graph" >shard 2>said
    same "$(basename "$graph"): the bits of khop alone on $n ranks" '' "$(cat said; diff whole shard)"
  done
done
sed '3s/.$/x/' whole >broken
check 'the checker is checked: a bit that differs is seen' sh -c '! cmp -s whole broken'

for graph in random1 random2; do
  on 4 traffic "$graph" >traffic 2>said
  same "$graph: bytes and messages that PETSc counts are those predicted" 3 \
    "$(awk '$3 > 0 && $3 == $9 && $6 == $11' traffic | wc -l)"
done

trained=${real_data:+$real_data/cora.npz}
trained=${trained:-$root/datasets/karate.graphml}
timeout 120 sh "$root/tools/ranks" 1 "$training" "$trained" >one 2>said
same 'a training of ten steps' 11 "$(grep -c '^[0-9]: 0x\|^weights: ' one)"
for n in 2 3 4; do
  timeout 120 sh "$root/tools/ranks" "$n" "$training" "$trained" >several 2>said
  same "a training on $n ranks: losses and weights, to the bit" '' "$(cat said; diff one several)"
done

# odd RANKS CASE SENTENCE: all ranks end with status 1, and rank 0 says why, once.
odd() {
  on "$1" "$2" "$4" >out 2>said
  same "$2: a status, and no hang" 1 $?
  same "$2: one sentence" 1 "$(grep -c '^ranks: ' said)"
  check "$2: says so" grep -q "^ranks: $3" said
}
odd 3 graph "rank 2 of 3: its graph's fingerprint is" random1
odd 3 direction 'rank 2 of 3: its direction is 1, and that of rank 0 is 0$' random1
odd 4 memory 'rank 3 of 4: the rings up to hop 2' random1
odd 2 single 'this MPI was initialised without threads' random1
odd 3 many '4294967296 items at once are more than the 2147483647 that this PETSc has numbers for' random1

on 3 killed random1 >out 2>said
seen=$?
check 'a rank that dies ends the others, in a bounded time' sh -c "[ $seen != 0 ] && [ $seen != 124 ]"
check 'and mpirun says which' grep -q 'rank 2 .*exited on signal 9' said
finish
