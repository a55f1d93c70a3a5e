#!/bin/sh
# tests/build.sh [NAME ...]: builds of khop that lack something, each tried by tests/consumer/features.c: what is off
# says so in one sentence, the rest works, and all compute the same numbers.
#
#   core                                            no feature at all: OpenMP, BLAS and cJSON
#   igraph cholmod graphblas cairo zip indigo libxml   all but that one
#   command                                         the command over the core
#   subproject                                      the core inside another project (examples/consumers/meson)
#
# Without a NAME: all of them. Nothing is optimised but the inner loops, which is quicker to build and enough here.
# Builds stay in build-without/NAME. Prints TAP lines.
set -u
cd "$(dirname "$0")/.." || exit 1
root=$PWD
libraries='igraph cholmod graphblas cairo zip indigo libxml'
[ $# -gt 0 ] || set -- core $libraries command subproject
unset KHOP_DATA
export OMP_WAIT_POLICY=passive
checks=0 failed=0 sums=

report() { # report STATUS NAME
  checks=$((checks + 1))
  [ "$1" = 0 ] || { failed=$((failed + 1)); printf 'not '; }
  echo "ok $checks - $2"
}

# built NAME [meson options]: its build, in build-without/NAME.
built() {
  name=$1
  shift
  sh tools/build "build-without/$name" --werror -Doptimization=0 -Dtests=disabled -Dexamples=disabled "$@"
  status=$?
  report $status "$name: builds"
  return $status
}

# tried NAME FEATURE...: the library of that build, where those features are off.
tried() {
  folder=$root/build-without/$1
  name=$1
  shift
  ${CC:-cc} -std=gnu11 -Wall -Wextra -Werror -Iinclude tests/consumer/features.c -o "$folder/features" \
    -L"$folder/src" -lkhop -Wl,-rpath,"$folder/src"
  report $? "$name: a program links"
  mkdir -p "$folder/work"
  (cd "$folder/work" && rm -f -- * && ../features "$@") >"$folder/lines"
  status=$?
  while read -r line; do
    case $line in
    ok*) report 0 "$name: ${line#* - }" ;;
    'not ok'*) report 1 "$name: ${line#* - }" ;;
    '# sum '*) sums="$sums ${line#\# sum }" ;;
    esac
  done <"$folder/lines"
  report $status "$name: all of it"
}

# needed NAME: the shared libraries that its library asks for, without the compiler's own.
needed() {
  readelf -d "build-without/$1/src/libkhop.so" | sed -n 's/.*NEEDED.*\[\([^]]*\)\.so.*/\1/p' |
    grep -vE '^(libc|libm|libgomp|libomp|libgcc_s|ld-linux.*|libpthread)$' | sort | tr '\n' ' '
}

core() {
  built core -Dauto_features=disabled -Ddefault_library=both || return
  # shellcheck disable=SC2086
  tried core $libraries
  seen=$(needed core)
  echo "$seen" | grep -Eq '^libcjson lib(openblas|blas|cblas)[a-z0-9]* $'
  report $? "core: asks for BLAS and cJSON alone: $seen"
  bytes=$(strip -o build-without/core/stripped build-without/core/src/libkhop.so && wc -c <build-without/core/stripped)
  [ "$bytes" -lt 2000000 ]
  report $? "core: under 2 MB: $bytes bytes"
  # shellcheck disable=SC2086
  (cd build-without/core/work && ../features $libraries && ! ../features) >/dev/null 2>&1
  report $? 'the checker is checked: a feature that should be there and is not is seen'
  KHOP_BUILD=$root/build-without/core KHOP_CONSUMERS='c cmake meson static threads fork' sh tests/cli/consumers.sh \
    >build-without/log
  status=$?
  grep -v '^ok' build-without/log
  report $status "core: the $(grep -c '^ok' build-without/log) checks of examples/consumers that need no library"
}

command_alone() {
  built command -Dauto_features=disabled -Dcommand=enabled || return
  khop=$root/build-without/command/src/cli/khop
  printf '0 1\n1 2\n2 3\n' >build-without/command/path.edges
  $khop info build-without/command/path.edges | grep -q '^.*4 nodes, 3 edges'
  report $? 'command: an edge list is described'
  $khop info datasets/karate.graphml >build-without/command/out 2>build-without/command/err
  [ $? = 1 ] && [ ! -s build-without/command/out ] &&
    grep -qx 'khop info: .*built without libxml2: GraphML cannot be read' build-without/command/err
  report $? 'command: what cannot be read is told in one line'
}

subproject() {
  consumer=build-without/subproject-source
  rm -rf $consumer build-without/subproject
  mkdir -p $consumer/subprojects
  cp examples/consumers/meson/meson.build examples/consumers/meson/main.c $consumer/
  cp examples/consumers/meson/subprojects/khop.wrap $consumer/subprojects/
  ln -s "$root" $consumer/subprojects/khop
  meson setup build-without/subproject $consumer --wrap-mode=forcefallback -Dkhop:auto_features=disabled \
    -Doptimization=0 >build-without/log 2>&1 && ninja -C build-without/subproject >>build-without/log 2>&1
  report $? 'subproject: builds'
  build-without/subproject/consumer | grep -q '% of the test nodes are in their half'
  report $? 'subproject: runs'
}

mkdir -p build-without
for name in "$@"; do
  case $name in
  core) core ;;
  command) command_alone ;;
  subproject) subproject ;;
  *) built "$name" "-D$name=disabled" -Dcommand=disabled -Ddouble=disabled && tried "$name" "$name" ;;
  esac
done
# shellcheck disable=SC2086
[ "$(printf '%s\n' $sums | sort -u | wc -l)" -le 1 ]
report $? "every build computes the same numbers:$sums"
echo "1..$checks"
[ "$failed" = 0 ]
