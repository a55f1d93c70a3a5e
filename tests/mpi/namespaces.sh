#!/bin/sh
# namespaces.sh TRAINING GRAPH [LIMIT]: several hosts on one machine, and a link that is cut.
#
#   namespace khop-a             veth               namespace khop-b
#   mpirun, ranks 0 and 1   10.77.0.1 -- 10.77.0.2   ranks 2 and 3, their daemon
#
# A training of many steps runs over TCP; the link goes down in the midst of it. All must end with an error. Needs root,
# iproute2 and util-linux; not part of the suite. LIMIT: seconds of khop_petsc_limit (0: none, the default). What Open MPI
# sees by itself is set by its own parameters, in OMPI_MCA_oob_tcp_keepalive_time and others (docs/scale.md).
set -eu
training=$(realpath "$1") graph=$(realpath "$2") limit=${3:-0}
folder=$(mktemp -d)
a=khop-a-$$ b=khop-b-$$
clean() {
  for n in $a $b; do
    for p in $(ip netns pids $n 2>/dev/null); do kill -9 "$p" 2>/dev/null || true; done
    ip netns del $n 2>/dev/null || true
  done
  rm -rf "$folder"
}
trap clean EXIT
trap 'exit 1' INT TERM
ip netns add $a
ip netns add $b
ip link add veth0 netns $a type veth peer name veth0 netns $b
ip -n $a addr add 10.77.0.1/24 dev veth0
ip -n $b addr add 10.77.0.2/24 dev veth0
for n in $a $b; do ip -n $n link set lo up && ip -n $n link set veth0 up; done

# In place of ssh: AGENT HOST COMMAND .. runs in the other namespace, under a name of its own.
cat >"$folder/agent" <<END
#!/bin/sh
shift
exec ip netns exec $b unshare --uts sh -c "hostname khop-b; \$*"
END
chmod +x "$folder/agent"
printf '10.77.0.1 slots=2\n10.77.0.2 slots=2\n' >"$folder/hosts"

export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 OMP_NUM_THREADS=1 OMPI_MCA_mpi_yield_when_idle=1
ip netns exec $a unshare --uts sh -c 'hostname khop-a; exec "$@"' sh timeout 1200 \
  mpirun -n 4 --oversubscribe --hostfile "$folder/hosts" --map-by slot --mca plm_rsh_agent "$folder/agent" --mca btl self,tcp \
  --mca btl_tcp_if_include 10.77.0.0/24 --mca oob_tcp_if_include 10.77.0.0/24 \
  "$training" "$graph" 100000000 "$limit" >"$folder/out" 2>"$folder/said" &
whole=$!
for second in $(seq 60); do
  [ "$(wc -l <"$folder/out")" -ge 20 ] && break
  sleep 1
done
# How many ranks a namespace has.
ranks() {
  for p in $(ip netns pids "$1"); do cat "/proc/$p/comm" 2>/dev/null || true; done | grep -c "^$(basename "$training")" || true
}
# gone NAMESPACE WHAT: seconds since the cut until it has no process left, or no rank; none after ten minutes.
gone() {
  until [ "$2" = ranks ] && [ "$(ranks "$1")" = 0 ] || [ -z "$(ip netns pids "$1")" ]; do
    [ $(($(date +%s) - cut)) -lt 600 ] || { echo 'never'; return; }
    sleep 1
  done
  echo "$(($(date +%s) - cut)) s"
}
echo "steps before the cut: $(wc -l <"$folder/out"); ranks in the two namespaces: $(ranks $a) and $(ranks $b)"
[ -s "$folder/out" ] || { cat "$folder/said"; exit 1; }
ip -n $a link set veth0 down
cut=$(date +%s)
for n in $a $b; do gone $n ranks >"$folder/ranks-$n" & gone $n all >"$folder/all-$n" & done
status=0
wait $whole || status=$?
wait
echo "from the cut to the end of ranks: $(cat "$folder/ranks-$a"), $(cat "$folder/ranks-$b"); of all processes: $(
  cat "$folder/all-$a"), $(cat "$folder/all-$b"); status $status"
grep -E '^khop: |lost|ORTE has' "$folder/said" | sort | uniq -c || true
[ $status != 0 ] && [ $status != 124 ]
