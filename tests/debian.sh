#!/bin/sh
# tests/debian.sh [FOLDER]: builds the Debian packages of debian/ in a copy of the tree, and has lintian read them: neither
# may find an error or a warning. By hand: the build takes minutes and the packages debhelper, devscripts and lintian.
#
# What git tracks is copied, as it stands here. The packages stay in FOLDER [build-debian]. Prints TAP lines.
set -u
cd "$(dirname "$0")/.." || exit 1
folder=${1:-build-debian}
checks=0 failed=0

report() { # report STATUS NAME
  checks=$((checks + 1))
  [ "$1" = 0 ] || { failed=$((failed + 1)); printf 'not '; }
  echo "ok $checks - $2"
}

for command in dpkg-buildpackage dh lintian; do
  command -v $command >/dev/null && continue
  echo "tests/debian.sh: $command is not here: apt-get install debhelper devscripts lintian" >&2
  exit 1
done

rm -rf "$folder"
mkdir -p "$folder/khop"
git ls-files -z | xargs -0 cp --parents -t "$folder/khop"
cd "$folder/khop" || exit 1
dpkg-buildpackage -us -uc -b >../build.log 2>&1
status=$?
[ $status = 0 ] || tail -n 40 ../build.log | sed 's/^/# /'
report $status 'the packages build'
cd ..
for package in khop libkhop0 libkhop-dev; do
  ls "$package"_*.deb >/dev/null 2>&1
  report $? "$package is there"
done
! grep -q 'dh_missing: warning\|dpkg-shlibdeps: warning.*could not find' build.log
report $? 'nothing that meson installs is left out'
# A first upload to Debian closes the bug that announced it; there is none.
lintian --fail-on error,warning --suppress-tags initial-upload-closes-no-bugs ./*.changes >lintian.log 2>&1
status=$?
sed 's/^/# /' lintian.log
report $status 'lintian finds neither errors nor warnings'
echo "1..$checks"
[ "$failed" = 0 ]
