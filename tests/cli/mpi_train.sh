#!/bin/sh
# mpi_train.sh: `mpirun -n R khop train` trains one model: losses, scores and the saved file are those of one rank, a
# checkpoint of some ranks is gone on with by others, and ranks that are stopped, die or differ end together, with one
# sentence. Run where PETSc is (tools/demo-mpi installs it).
. "$(dirname "$0")/tap.sh"
export OMP_NUM_THREADS=1
karate=$root/datasets/karate.graphml
graph=${real_data:+$real_data/cora.npz}
graph=${graph:-$karate}

# on N ARGUMENTS: khop on N ranks, in a bounded time.
on() {
  n=$1
  shift
  timeout 300 sh "$root/tools/ranks" "$n" "$khop" "$@"
}
# scores FILE: what is printed, but for times and memory.
scores() { grep -v 'ms an epoch\|best model' "$1"; }
# said: sentences of the command, without what mpirun adds.
said() { grep -c '^khop' said; }

# --- the same bits for any number of ranks ---------------------------------------------------------------------

for recipe in gcn ring; do
  on 1 train "$graph" --recipe $recipe --epochs 8 --patience 3 --save one.safetensors >one 2>said
  same "$recipe: one rank trains" 0 $?
  for n in 2 3 4; do
    on $n train "$graph" --recipe $recipe --epochs 8 --patience 3 --save some.safetensors >some 2>said
    same "$recipe, $n ranks: the scores of one, once" "$(scores one)" "$(cat said; scores some)"
    check "$recipe, $n ranks: the file of one" cmp one.safetensors some.safetensors
  done
done
# Ops of their own: batch norm, numbers that are learned a tap, a row of numbers a node.
for recipe in deep gprgnn linkx; do
  for n in 1 3; do on $n train "$karate" --recipe $recipe --epochs 4 --save $n.safetensors -q >out 2>said; done
  check "$recipe, 3 ranks: the file of one" cmp 1.safetensors 3.safetensors
done
check 'one process predicts by it' "$khop" predict some.safetensors "$graph" -o scores.csv
check 'one process says what it is' "$khop" info some.safetensors
printf x | dd of=some.safetensors bs=1 seek=4000 conv=notrunc 2>dev
check 'the checker is checked: a byte that differs is seen' sh -c '! cmp -s one.safetensors some.safetensors'

on 2 train "$graph" --recipe gcn --epochs 3 --json --seeds 2 --label-smoothing 0.1 --swa 2 >two.json 2>said
on 1 train "$graph" --recipe gcn --epochs 3 --json --seeds 2 --label-smoothing 0.1 --swa 2 >one.json 2>said
losses() { grep -o '"\(loss\|val\|best_epoch\)":[^,]*' "$1" | grep -v 'val_mean'; }
check 'losses are printed' test -n "$(losses one.json)"
same 'two seeds, smoothed labels, averaged weights: losses and epochs, to the bit' "$(losses one.json)" "$(losses two.json)"

# --- going on --------------------------------------------------------------------------------------------------

on 3 train "$graph" --recipe gcn --epochs 4 --save half.safetensors >out 2>said
on 1 train "$graph" --resume half.safetensors --epochs 8 --save one.safetensors >one 2>said
on 4 train "$graph" --resume half.safetensors --epochs 8 --save four.safetensors >four 2>said
same 'a checkpoint of 3 ranks is gone on with by 4 as by one: scores' "$(scores one)" "$(scores four)"
check 'and the file' cmp one.safetensors four.safetensors
on 2 train "$graph" --recipe gcn --epochs 8 --save whole.safetensors >whole 2>said
same 'a training that was not broken off ends alike' "$(scores whole)" "$(scores four)"

# --- what is refused -------------------------------------------------------------------------------------------

# refused STATUS RANKS SENTENCE ARGUMENTS
refused() {
  wanted=$1 n=$2 sentence=$3
  shift 3
  on "$n" "$@" >out 2>said
  same "refused: $sentence" "$wanted 1 0" "$? $(said) $(wc -l <out)"
  check "says so: $sentence" grep -q "^khop.*$sentence" said
}
for command in info predict evaluate tune rings data; do
  refused 2 2 "2 ranks were started, .* start khop $command without mpirun" $command "$karate"
done
refused 2 3 "there is no command 'trian'" trian
refused 2 2 'standard input reaches one of them' train - --recipe gcn
printf 'smiles,y\nCC,1\nCO,2\n' >molecules.csv
refused 2 2 'is a set of graphs' train molecules.csv --target y
for option in --jobs=2 --batch=4 --sample=2 --ensemble=2 --memory=1G; do
  refused 2 2 "${option%%=*}: on 2 ranks there is no such thing" train "$karate" --recipe gcn $option
done
refused 2 2 '--form: on ranks rings are stored' train "$karate" --recipe gcn --form ladder
refused 1 2 'missing.npz: no such file' train missing.npz --recipe gcn
refused 1 5 'the ranks must divide the parts' train "$karate" --recipe gcn
if [ -n "$real_data" ]; then
  refused 2 2 'several ranks do not choose one: name one that they have (ring, ' train "$graph"
fi
same 'the version is said once' 1 "$(on 3 --version | wc -l)"

# apart NAME STATUS SENTENCE: rank 1 of 2 does what the script says, with "$rank" and the arguments of khop.
apart() {
  { echo 'rank=$OMPI_COMM_WORLD_RANK'; cat; } >rank.sh
  timeout 300 sh "$root/tools/ranks" 2 sh rank.sh "$khop" >out 2>said
  same "$1: a status, and no hang" "$2 1" "$? $(grep -c '^khop.*rank 1 of 2' said)"
  check "$1: says so" grep -q "^khop train: $3" said
}
apart 'other options' 2 "rank 1 of 2 was given '--epochs=3' where rank 0 was given '--epochs=2'" <<END
[ \$rank = 0 ] && exec "\$1" train "$karate" --recipe gcn --epochs=2
exec "\$1" train "$karate" --recipe gcn --epochs=3
END
mkdir rank0 rank1
cp "$karate" rank0/graph.graphml
apart 'a file that one rank has not' 1 'rank 1 of 2: graph.graphml: no such file' <<END
cd rank\$rank && exec "\$1" train graph.graphml --recipe gcn --epochs 2
END
printf '0 1\n1 2\n2 3\n3 0\n' >links
cp links rank0/graph.txt && sed 's/3 0/3 1/' links >rank1/graph.txt
printf 'id,class,split,height,weight\n0,a,train,1,1\n1,b,train,2,1\n2,a,val,3,1\n3,b,test,4,1\n' | tee rank0/nodes.csv >rank1/nodes.csv
apart 'graphs that differ' 1 "rank 1 of 2: its graph's fingerprint is" <<END
cd rank\$rank && exec "\$1" train graph.txt --nodes nodes.csv --label class --split-column split --recipe gcn --epochs 2
END
cp links rank1/graph.txt && sed -i 's/,4,1$/,5,1/' rank1/nodes.csv
apart 'features that differ' 1 "rank 1 of 2: its features' fingerprint is" <<END
cd rank\$rank && exec "\$1" train graph.txt --nodes nodes.csv --label class --split-column split --recipe gcn --epochs 2
END

# --- ranks that are stopped, and that die ----------------------------------------------------------------------

# The ranks of a long training write their numbers; once a checkpoint is there, they get a signal.
begin_long() {
  rm -f long.safetensors pid.*
  printf 'echo $$ >pid.$OMPI_COMM_WORLD_RANK\nexec "$@"\n' >long.sh
  sh "$root/tools/ranks" 2 sh long.sh "$khop" train "$graph" --recipe gcn --epochs 1000000 --patience never \
    --save long.safetensors --save-every 1s >out 2>said &
  mpirun=$!
  tries=0
  until [ -s long.safetensors ] || [ $tries = 600 ]; do sleep 0.1; tries=$((tries + 1)); done
}
# ended: whether the ranks are, within half a minute.
ended() {
  tries=0
  while kill -0 $mpirun 2>dev && [ $tries != 300 ]; do sleep 0.1; tries=$((tries + 1)); done
  kill -0 $mpirun 2>dev && { kill -9 $mpirun $(cat pid.*); return 1; }
  wait $mpirun
  status=$?
}
begin_long
kill -INT $mpirun
check 'Ctrl-C ends all ranks' ended
check 'with a status' test "$status" != 0
# mpirun may end before it has handed on the sentence.
same 'and one sentence, which says what is kept' '' \
  "$(grep '^khop' said | sed '1s/^khop train: interrupted: the best weights .* are in long.safetensors; go on .*//')"
check 'the file is whole' "$khop" info long.safetensors
begin_long
kill -TERM "$(cat pid.1)"
check 'a rank that is asked to end asks all' ended
check 'and rank 0 says so' grep -q '^khop train: interrupted: the best weights' said
begin_long
kill -KILL "$(cat pid.1)"
check 'a rank that dies ends all' ended
check 'with a status' test "$status" != 0
check 'the last checkpoint is whole' "$khop" info long.safetensors
on 1 train "$graph" --resume long.safetensors --epochs 3 >out 2>said
same 'and is gone on with' 0 $?
finish
