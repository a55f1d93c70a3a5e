#!/bin/sh
# growth.sh: a build of rings takes as many instructions an entry on a large graph as on a small one,
# counted by callgrind inside khop_rings_build. bench/scale.py goes on to 10^8 entries. 512 near rows are searched
# at once (src/rings/patch.h); of graphs with fewer nodes than these, the whole at once.
. "$(dirname "$0")/tap.sh"

if ! command -v valgrind >/dev/null; then
  skip 'valgrind is not here'
  echo '1..0'
  exit 0
fi
case ${KHOP_SANITIZE:-none} in
none) ;;
*)
  skip 'a build with sanitizers does not run under valgrind'
  echo '1..0'
  exit 0
  ;;
esac

# graph NODES FILE: an undirected path with every third node also joined to the tenth from it.
graph() {
  awk -v n="$1" 'BEGIN { for (i = 0; i + 1 < n; i++) { print i, i + 1; if (i % 3 == 0 && i + 10 < n) print i, i + 10 } }' >"$2"
}

# cost NODES: instructions an entry of ring 6, times 100.
cost() {
  graph "$1" "graph$1.txt"
  entries=$("$khop" rings "graph$1.txt" --hop 6 --json | sed -n 's/.*"entries":[[:space:]]*\([0-9]*\).*/\1/p')
  valgrind --tool=callgrind --callgrind-out-file="counts$1" --toggle-collect=khop_rings_build \
    "$khop" rings "graph$1.txt" --hop 6 --threads 1 >"$out" 2>"$err" || return 1
  awk -v e="$entries" '/^totals:/ { printf "%d\n", 100 * $2 / e }' "counts$1"
}

small=$(cost 2500) middle=$(cost 10000) large=$(cost 100000)
# within A B PERCENT: B is at most so many percent of A, and both are counted at all.
within() { [ "$1" -gt 100 ] && [ "$2" -gt 100 ] && [ $((100 * $2)) -le $(($3 * $1)) ]; }
flat() { within "$1" "$2" 115; }
if flat "$middle" "$small" && flat "$small" "$middle"; then ok 'from 2.5 10^4 to 10^5 entries'; else not_ok 'from 2.5 10^4 to 10^5 entries' "$small, $middle"; fi
if flat "$middle" "$large"; then ok 'from 10^5 to 10^6 entries'; else not_ok 'from 10^5 to 10^6 entries' "$middle, $large"; fi
echo "# instructions an entry, times 100: $small, $middle, $large"
if flat "$small" $((2 * small)); then not_ok 'the checker is checked'; else ok 'the checker is checked'; fi
finish
