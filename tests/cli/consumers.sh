#!/bin/sh
# consumers.sh: the programs of examples/consumers, built by their own Makefiles, CMakeLists.txt and meson.build against
# an installed khop, and run: each ends with a status that says whether it saw what it is there to show.
#
# Each snippet of docs/linking.md is a part of one of their files.
# KHOP_CONSUMERS: their names; those that a build without libraries and with libkhop.a can serve are tried by
# tests/build.sh.
. "$(dirname "$0")/tap.sh"
build=${KHOP_BUILD:-$root/build}
consumers=${KHOP_CONSUMERS:-c cmake meson igraph graphblas loss threads fork both mpi}
if [ "${KHOP_SANITIZE:-none}" != none ]; then
  skip 'consumers: programs of their own do not start with the runtime of a sanitizer'
  finish
fi

dest=$work/dest
check 'meson install' meson install -C "$build" --destdir "$dest" --no-rebuild
pc=$(find "$dest" -name khop.pc)
prefix=$(sed -n 's/^prefix=//p' "$pc")
libdir=$(dirname "$(dirname "$pc")")
# The files say where khop will be; here it still lies in $dest.
sed -i "s|^prefix=.*|prefix=$dest$prefix|" "$libdir"/pkgconfig/*.pc
export PKG_CONFIG_PATH="$libdir/pkgconfig" LD_LIBRARY_PATH="$libdir${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
export CC="${KHOP_CC:-cc}" CXX="${KHOP_CXX:-c++}" OMP_NUM_THREADS=2 OMP_WAIT_POLICY=passive
cp -R "$root/examples/consumers" here && cd here || exit 1

# made NAME PROGRAM REGEX: runs NAME/PROGRAM, which prints such a line.
ran() {
  cd "$1" || exit 1
  expect_output "$1: $2 runs" "$3" "./$2"
  cd ..
}
made() {
  check "$1: builds with make" make -s -C "$1"
  ran "$1" main "$2"
}

for consumer in $consumers; do
  case $consumer in
  c) made c '^hop 4: 1 node, 4$' ;;
  static)
    made static '^hop 4: 1 node, 4$'
    same 'static: asks for no shared khop' '' "$(readelf -d static/main | grep NEEDED.*khop)"
    ;;
  igraph) made igraph ' 0 differ from igraph$' ;;
  graphblas) made graphblas '^left: 0 blocks of GraphBLAS, 0 of khop$' ;;
  loss) made loss '^weights of rings 0 and 1: 0.00 1.00$' ;;
  threads) made threads ' 0 failed or differ$' ;;
  fork) made fork '^parent again .* on 2 threads$' ;;
  both) made both '^float 2.00000.*, double 2.00000' ;;
  cmake)
    check 'cmake: configures' cmake -S cmake -B cmake/build -DCMAKE_PREFIX_PATH="$dest$prefix"
    check 'cmake: builds' cmake --build cmake/build
    ran cmake build/consumer '^4 bytes a number: the corner sums to 20$'
    [ ! -f "$libdir/pkgconfig/khop-double.pc" ] || ran cmake build/consumer-double '^8 bytes .* 20$'
    check 'cmake: a version that is not here is refused' sh -c \
      'sed "s/khop 0.2/khop 0.9/" cmake/CMakeLists.txt >cmake/saved && mv cmake/saved cmake/CMakeLists.txt &&
       ! cmake -S cmake -B cmake/other -DCMAKE_PREFIX_PATH="$0"' "$dest$prefix"
    ;;
  meson)
    check 'meson: configures' meson setup meson/build meson --wrap-mode=nofallback
    check 'meson: builds' meson compile -C meson/build
    ran meson build/consumer '^[0-9]* % of the test nodes are in their half$'
    ;;
  mpi)
    if [ ! -f "$libdir/pkgconfig/khop-petsc.pc" ]; then
      skip 'mpi: this build has no libkhop-petsc'
      continue
    fi
    line='^a torus of 40000 nodes: 520000 entries of rings 0 to 2, means [0-9a-f]*$'
    made mpi "$line"
    same 'mpi: four ranks print what one does' "$(mpi/main)" "$(OMP_NUM_THREADS=1 sh "$root/tools/ranks" 4 mpi/main)"
    ;;
  *) not_ok "$consumer: is no consumer" ;;
  esac
done

# --- the page on linking ------------------------------------------------------------------------------

# strays PAGE: the first line of each fenced block of the page that stands in no file of the consumers.
strays() {
  # shellcheck disable=SC2046
  awk '
    function first(text) { sub(/\n.*/, "", text); return text }
    FILENAME != page { text[FILENAME] = text[FILENAME] $0 "\n"; next }
    /^```/ && !inside { inside = 1; block = ""; next }
    /^```/ {
      inside = 0
      found = 0
      for (file in text) found = found || index(text[file], block)
      if (!found) print first(block)
      next
    }
    inside { block = block $0 "\n" }' page="$1" $(find "$root/examples/consumers" -type f) "$1"
}
same 'docs/linking.md: each snippet is a part of a program that was run' '' "$(strays "$root/docs/linking.md")"
sed 's/find_package(khop 0.2/find_package(khop 0.3/' "$root/docs/linking.md" >page.md
same 'caught: a snippet that is no part of one' 'find_package(khop 0.3 REQUIRED)' "$(strays page.md)"
finish
