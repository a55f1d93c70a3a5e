#!/bin/sh
# tests/wheel.sh [FOLDER]: makes the wheel of the package of Python (tools/wheel), looks into it, and tries it in a bare
# Debian 12 that has Python alone: no khop, igraph, GraphBLAS, BLAS or compiler. Takes minutes, root, and debootstrap.
#
# The wheel and the bare system stay in FOLDER [build-wheel/test]. Prints TAP lines.
set -u
cd "$(dirname "$0")/.." || exit 1
folder=${1:-build-wheel/test}
bare=$folder/bare
checks=0 failed=0

report() { # report STATUS NAME
  checks=$((checks + 1))
  [ "$1" = 0 ] || { failed=$((failed + 1)); printf 'not '; }
  echo "ok $checks - $2"
}

for command in debootstrap unzip; do
  command -v $command >/dev/null && continue
  echo "tests/wheel.sh: $command is not here: apt-get install debootstrap unzip" >&2
  exit 1
done

# system: Debian 12 with Python and nothing else, kept from one run to the next.
system() {
  if [ ! -e "$bare/ready" ]; then
    rm -rf "$bare"
    debootstrap --variant=minbase --include=python3,python3-venv,ca-certificates bookworm "$bare" && touch "$bare/ready" || return
  fi
  for file in /etc/resolv.conf /etc/hosts /etc/pip.conf /etc/ssl/certs/ca-certificates.crt; do
    [ ! -e "$file" ] || cp -L "$file" "$bare$file" || return
  done
}

# inside COMMAND ..: a command in there, with an environment of its own.
inside() { chroot "$bare" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root "$@"; }

# holds NAME PATTERN: whether the wheel holds a file.
holds() {
  unzip -Z1 "$wheel" | grep -qE "$2"
  report $? "the wheel holds $1"
}

mkdir -p "$folder"
rm -rf "$folder/wheel"
sh tools/wheel "$folder/wheel" >"$folder.log" 2>&1
status=$?
[ $status = 0 ] || tail -n 40 "$folder.log" | sed 's/^/# /'
report $status 'a wheel is made'
wheel=$(ls "$folder"/wheel/khop-*.whl 2>/dev/null)
[ -n "$wheel" ] || exit 1

echo "# $(basename "$wheel"), $(wc -c <"$wheel") bytes"
glibc=$(basename "$wheel" | sed -n 's/.*manylinux_2_\([0-9]*\)_x86_64.*/\1/p')
[ "${glibc:-99}" -le 28 ]
report $? 'it runs with glibc 2.28'
[ "$(wc -c <"$wheel")" -lt 10000000 ]
report $? 'it is under 10 MB'
holds 'the licence of khop' 'dist-info/.*LICENSE$'
holds 'the licences of what else is inside' 'dist-info/licenses/LICENSES.txt$'
held=$(unzip -Z1 "$wheel" | sed -n 's|^khop.libs/||p' | sort)
told=$(unzip -p "$wheel" '*/LICENSES.txt' | sed -n 's/^\(lib[^:]*\.so[^:]*\): .*/\1/p' | sort)
[ -n "$held" ] && [ "$held" = "$told" ]
report $? 'each library in it has its licence'
! unzip -Z1 "$wheel" | grep -E 'igraph|graphblas|cholmod|indigo|openblas|cairo|xml'
report $? 'it holds nothing that can be left out'

system >"$folder.log" 2>&1
report $? 'a bare Debian 12'
! inside sh -c 'command -v gcc || ls /usr/lib/x86_64-linux-gnu | grep -E "khop|igraph|graphblas|blas|gomp"'
report $? 'which has neither a compiler nor a library of khop'
cp "$wheel" "$bare/root"
inside sh -c "rm -rf /root/env && python3 -m venv /root/env && /root/env/bin/pip install -q /root/$(basename "$wheel")" \
  >"$folder.log" 2>&1
status=$?
[ $status = 0 ] || sed 's/^/# /' "$folder.log"
report $status 'pip installs it there'
# cells of the quick start but the one that draws
awk '/^```/ { inside = /code-cell/ && !inside; first = inside; next }
  first && /^:tags:/ { inside = 0 } { first = 0 } inside' docs/quickstart.md >"$bare/root/start.py"
grep -q 'khop.Rings' "$bare/root/start.py" && inside /root/env/bin/pip install -q networkx >"$folder.log" 2>&1 &&
  inside /root/env/bin/python /root/start.py
report $? 'and the quick start runs'
printf '0,1\n1,2\n' >"$bare/root/path.csv"
inside /root/env/bin/python -m khop info /root/path.csv | grep '^path: 3 nodes'
report $? 'and the command'
mkdir -p "$bare/root/tests" && cp python/tests/oracle.py python/tests/test_rings.py "$bare/root/tests"
inside sh -c '/root/env/bin/pip install -q pytest && /root/env/bin/python -m pytest -q -p no:cacheprovider /root/tests' \
  >"$folder.log" 2>&1
status=$?
sed 's/^/# /' "$folder.log" | tail -n 20
report $status 'and the tests of rings'
echo "1..$checks"
[ "$failed" = 0 ]
