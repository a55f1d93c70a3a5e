#!/bin/sh
# mpi.sh: rings and products on 1 to 4 ranks of MPI, by libkhop-petsc, have the bits of khop alone, also of files that ranks
# read together, and trainings those of one rank; bytes that are sent are those that were predicted; and ranks that differ end together, with one sentence. Run
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
  same "$(basename "$graph"): khop alone answers 27 questions" 27 "$(grep -c ': [0-9a-f]*$' whole)"
  for n in 1 2 3 4; do
    on $n shard "$graph" >shard 2>said
    same "$(basename "$graph"): the bits of khop alone on $n ranks" '' "$(cat said; diff whole shard)"
  done
done
sed '3s/.$/x/' whole >broken
check 'the checker is checked: a bit that differs is seen' sh -c '! cmp -s whole broken'

on 1 ladder random2 >one 2>said
same 'ladders: 8 answers of one rank' 8 "$(grep -c 'ladder [0-7]: [0-9a-f]*$' one)"
for n in 2 3 4; do
  on $n ladder random2 >several 2>said
  same "ladders: the same bits on $n ranks" '' "$(cat said; diff one several)"
done

for graph in random1 random2; do
  on 4 traffic "$graph" >traffic 2>said
  same "$graph: bytes and messages that PETSc counts are those predicted" 6 \
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

# A file that ranks read together, and renumber by PT-Scotch: names and rings are those of khop alone.
reading=${KHOP_READING:?}
awk 'BEGIN { srand(5); for (e = 0; e < 900; e++) print int(rand() * 400) * 7, int(rand() * 400) * 7 }' >numbers.txt
sed 's/[0-9][0-9]*/n&/g' numbers.txt >names.txt
{ echo '%%MatrixMarket matrix coordinate pattern symmetric'; echo '2800 2800 900'
  awk '{ a = $1 + 1; b = $2 + 1; print (a > b ? a " " b : b " " a) }' numbers.txt; } >pattern.mtx
for file in numbers.txt names.txt pattern.mtx; do
  OMP_NUM_THREADS=1 "$reading" alone $file >whole
  same "$file: khop alone has three rings" 3 "$(grep -c '^hop [0-2]: [0-9a-f]*$' whole)"
  for n in 1 2 4; do
    timeout 120 sh "$root/tools/ranks" $n "$reading" ranks $file >several 2>said
    same "$file: read by $n ranks together" '' "$(cat said; diff whole several)"
    timeout 120 sh "$root/tools/ranks" $n "$reading" moved $file >several 2>said
    same "$file: and renumbered" '' "$(grep -v '^ghosts of all ranks' said; diff whole several)"
  done
done
sed 's/^7 /8 /' numbers.txt >broken.txt
same 'the checker is checked: another id is seen' 3 \
  "$(timeout 120 sh "$root/tools/ranks" 2 "$reading" ranks broken.txt | diff "$PWD/whole" - | grep -c '^>')"
# A cycle of 4,000 nodes in an order that has nothing to do with it
awk 'BEGIN { for (i = 0; i < 4000; i++) print i * 1471 % 4000, (i + 1) * 1471 % 4000 }' >cycle.txt
timeout 120 sh "$root/tools/ranks" 4 "$reading" moved cycle.txt >several 2>said
same 'a cycle that is numbered at random: PT-Scotch leaves a tenth of the ghosts at most' 1 \
  "$(awk '/^ghosts/ && $10 * 10 <= $8' said | wc -l)"
timeout 120 sh "$root/tools/ranks" 3 "$reading" gone numbers.txt >out 2>said
same 'a file that one rank does not see: a status, and no hang' 1 $?
same 'and one sentence' 'reading: rank 2 of 3: gone.txt: cannot open: No such file or directory' \
  "$(grep '^reading: ' said)"

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

# A rank that is stopped says nothing and ends nothing: the others have a limit.
timeout 120 sh "$root/tools/ranks" 3 "$training" "$trained" 1000000 10 >out 2>said &
whole=$!
for second in $(seq 60); do
  [ -s out ] && break
  sleep 1
done
stopped=
for rank in $(pgrep -x training); do # of those that may run on this machine, the one that this test has begun
  tr '\0' ' ' <"/proc/$rank/cmdline" | grep -q "^$training $trained 1000000 10 " && stopped=$rank
done
kill -STOP "$stopped"
wait "$whole"
seen=$?
check 'a rank that is stopped: the others end, in a bounded time' sh -c "[ $seen != 0 ] && [ $seen != 124 ]"
check 'a rank that is stopped: each says whom it waits for' \
  grep -q '^khop: rank [0-2] of 3 on .* has waited 10 s for the others in a ' said
timeout 60 sh "$root/tools/ranks" 2 "$training" "$trained" 1 -1 >out 2>said
same 'a limit below 0: a status' 1 $?
check 'a limit below 0: says so' grep -q '^training: a limit of -1 s: 0 (none) to 1e+09 are possible' said
finish
