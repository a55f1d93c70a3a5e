# tap.sh: what the tests of the command share: checks that print TAP lines, and a folder of their own.
#
# A test begins with `. "$(dirname "$0")/tap.sh"` and ends with `finish`. It gets $khop (the command,
# by its full path), $root (the sources) and $work (a folder that is removed at the end, and where
# the test stands). The data folders are set so that the names found are those that ship.
set -u
unset CDPATH
root=$(cd "$(dirname "$0")/../.." && pwd)
root=${KHOP_SOURCE_ROOT:-$root}
khop=${KHOP:-$root/build/src/cli/khop}
real_data=${KHOP_DATA:-}
KHOP_DATA=$root/datasets
KHOP_TEST_HOME=$(mktemp -d) || exit 1
XDG_DATA_HOME=$KHOP_TEST_HOME/share
LC_ALL=C
export KHOP_DATA XDG_DATA_HOME LC_ALL
work=$KHOP_TEST_HOME/work
fixtures=$root/tests/files
mounted=
mkdir "$work" && cd "$work" || exit 1
clean() {
  [ -z "$mounted" ] || umount "$mounted" 2>/dev/null
  cd / && chmod -R u+w "$KHOP_TEST_HOME" && rm -rf "$KHOP_TEST_HOME"
}
trap clean EXIT
trap 'exit 1' HUP INT TERM

checks=0 failures=0
out=$KHOP_TEST_HOME/stdout err=$KHOP_TEST_HOME/stderr

ok() {
  checks=$((checks + 1))
  echo "ok $checks - $1"
}

# not_ok NAME [what was seen]: what the last command printed follows as comments.
not_ok() {
  checks=$((checks + 1)) failures=$((failures + 1))
  echo "not ok $checks - $1"
  [ -z "${2:-}" ] || echo "$2" | sed 's/^/# /'
  [ ! -f "$err" ] || sed 's/^/# stderr: /' "$err" | head -n 20
  [ ! -f "$out" ] || sed 's/^/# stdout: /' "$out" | head -n 10
}

skip() { echo "# skipped: $1"; }

# check NAME COMMAND...: the command succeeds. Its output is kept out of the way.
check() {
  name=$1
  shift
  if "$@" >"$KHOP_TEST_HOME/check" 2>&1; then
    ok "$name"
  else
    not_ok "$name" "failed: $* $(head -c 300 "$KHOP_TEST_HOME/check")"
  fi
}

# same NAME EXPECTED SEEN
same() { if [ "$2" = "$3" ]; then ok "$1"; else not_ok "$1" "expected '$2', seen '$3'"; fi; }
# differ NAME A B
differ() { if [ "$2" != "$3" ]; then ok "$1"; else not_ok "$1" "both are '$2'"; fi; }

# run COMMAND...: its output goes to $out and $err, its exit status to $status.
run() {
  status=0
  "$@" >"$out" 2>"$err" </dev/null || status=$?
}

# expect_status STATUS NAME COMMAND...
expect_status() {
  wanted=$1 name=$2
  shift 2
  run "$@"
  if [ "$status" = "$wanted" ]; then ok "$name"; else not_ok "$name" "status $status, not $wanted: $*"; fi
}

# expect_output NAME REGEX COMMAND...: status 0, nothing on stderr, and a line of stdout that matches.
expect_output() {
  name=$1 regex=$2
  shift 2
  run "$@"
  if [ "$status" != 0 ]; then
    not_ok "$name" "status $status: $*"
  elif [ -s "$err" ]; then
    not_ok "$name" "there is something on stderr: $*"
  elif ! grep -Eq -e "$regex" "$out"; then
    not_ok "$name" "no line of stdout matches '$regex': $*"
  else
    ok "$name"
  fi
}

# expect_error STATUS NAME REGEX COMMAND...: the status, nothing on stdout, and on stderr exactly one
# line, which begins with "khop" and matches.
expect_error() {
  wanted=$1 name=$2 regex=$3
  shift 3
  run "$@"
  check_error
}

# check_error: the same, of a command that `run` has run; wanted, name, regex are set.
check_error() {
  if [ "$status" != "$wanted" ]; then
    not_ok "$name" "status $status, not $wanted"
  elif [ -s "$out" ]; then
    not_ok "$name" "there is something on stdout"
  elif [ "$(wc -l <"$err")" != 1 ] || ! grep -q '^khop' "$err"; then
    not_ok "$name" "not one line that begins with 'khop' on stderr"
  elif ! grep -Eq -e "$regex" "$err"; then
    not_ok "$name" "stderr does not match '$regex'"
  else
    ok "$name"
  fi
}

# field KEY FILE: the first number (or word) of a key in the JSON that khop prints.
field() { sed -n 's/^[[:space:]{]*"'"$1"'":[[:space:]]*"\{0,1\}\([^",}]*\).*/\1/p' "$2" | head -n 1; }
# results FILE: the JSON of khop train without what two runs need not have in common.
results() { grep -Ev '"(seconds|seconds_per_epoch|peak_bytes|ring_bytes|run_bytes|threads|simd)"' "$1"; }

# paths_and_cycles: a set of 40 graphs: paths and cycles of 4 to 8 nodes; which it is, is the label.
paths_and_cycles() {
  awk 'BEGIN {
    print 40
    for (g = 0; g < 40; g++) {
      n = 4 + g % 5; cycle = g % 2
      print n, cycle * 7
      for (i = 0; i < n; i++) {
        line = ""; m = 0
        if (i > 0 || cycle) { line = line " " (i + n - 1) % n; m++ }
        if (i < n - 1 || cycle) { line = line " " (i + 1) % n; m++ }
        print i % 2, m line
      }
    }
  }'
}

finish() {
  echo "1..$checks"
  [ "$failures" = 0 ]
  exit
}
