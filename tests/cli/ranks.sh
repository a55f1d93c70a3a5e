#!/bin/sh
# ranks.sh: khop info --ranks: what ranks would take from one another, by hand on a path; and what a process does that finds
# itself started beside others (with MPI: mpi_train.sh).
. "$(dirname "$0")/tap.sh"

# 0 - 1 - 2 - 3 - 4 - 5 on three ranks: the outer ones read two nodes of the middle one, which reads all of theirs; rows
# are fetched of the ghosts one hop away, 16 bytes and 8 for each of two arcs.
printf '0 1\n1 2\n2 3\n3 4\n4 5\n' >path.txt
run "$khop" info path.txt --max-hop 2 --ranks 3
same 'a path on three ranks: rows, arcs, ghosts, ranks they are of, bytes once, bytes a column' \
  '0 2 3 2 1 32 8,1 2 4 4 2 64 16,2 2 3 2 1 32 8,' \
  "$(awk '/ rank  /{on = 1; next} on && NF == 11 {printf "%s %s %s %s %s %s %s,", $1, $2, $3, $4, $5, $6, $8}' "$out")"
check 'how uneven they are' grep -q 'the largest rank has 1.20 times the mean of arcs, and 1.50 times that of ghosts$' "$out"
run "$khop" info path.txt --max-hop 2 --ranks 3 --json
same 'the same in JSON' '2 4 2 64 4 16' "$(tr -d '\t\n ' <"$out" | sed 's/.*{"rank":1,"rows":\([0-9]*\),"arcs":\([0-9]*\),"ghosts":4,"neighbours":\([0-9]*\),"graph_bytes":\([0-9]*\),"graph_messages":\([0-9]*\),"product_bytes":\([0-9]*\),.*/\1 \2 \3 \4 \5 \6/')"
run "$khop" info path.txt --max-hop 2
check 'nothing of ranks where they are not asked for' sh -c '! grep -q rank "$0"' "$out"
printf '0 1\n1 2\n' >arc.txt
run "$khop" info arc.txt --directed --direction in --max-hop 1 --ranks 3
same 'against the arcs, rank 1 reads node 0' '0 1 0 0 0,1 1 1 1 1,2 1 1 1 1,' \
  "$(awk '/ rank  /{on = 1; next} on && NF == 11 {printf "%s %s %s %s %s,", $1, $2, $3, $4, $5}' "$out")"
expect_error 1 'more ranks than nodes' '^khop info: 7 ranks of a graph of 6 nodes: 1 to 6 are possible$' \
  "$khop" info path.txt --ranks 7
expect_error 2 'no ranks' '^khop info: --ranks: 0 is not between 1 and 65536$' "$khop" info path.txt --ranks 0

# --- started by mpirun or srun -----------------------------------------------------------------------------------

# as SIZE RANK COMMAND..: as mpirun of Open MPI starts one of its processes
as() { size=$1 rank=$2; shift 2; env OMPI_COMM_WORLD_SIZE="$size" OMPI_COMM_WORLD_RANK="$rank" "$@"; }
expect_error 2 'a command of one process is refused on several ranks' \
  '^khop info: 2 ranks were started, and each of them would do the same: .*start khop info without mpirun' \
  as 2 0 "$khop" info path.txt
expect_error 2 'by PMI too' '^khop rings: 3 ranks were started' env PMI_SIZE=3 PMI_RANK=0 "$khop" rings path.txt --hop 1
expect_error 2 'and by srun' '^khop rings: 4 ranks were started' \
  env SLURM_JOB_ID=1 SLURM_STEP_NUM_TASKS=4 SLURM_PROCID=0 "$khop" rings path.txt --hop 1
run as 2 1 "$khop" info path.txt
same 'the other ranks leave it to the first to say so' '0 0 0' "$status $(wc -c <"$out") $(wc -c <"$err" | tr -d ' ')"
run as 2 1 "$khop" --version
same 'the version is said once' '0 0' "$status $(wc -c <"$out")"
run "$khop" train path.txt
expected=$(cat "$out" "$err")
run env SLURM_JOB_ID=1 SLURM_STEP_NUM_TASKS=1 SLURM_PROCID=0 PMI_SIZE=1 PMI_RANK=0 "$khop" train path.txt
same 'one task of Slurm is a process alone' "$expected" "$(cat "$out" "$err")"
run as 1 0 "$khop" info path.txt
same 'and so is one rank, where nothing is trained' 0 "$status"
finish
