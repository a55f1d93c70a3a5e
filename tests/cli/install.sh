#!/bin/sh
# install.sh: what `meson install` puts down is enough for a program outside the tree, and shows
# nothing that it should not.
. "$(dirname "$0")/tap.sh"
build=${KHOP_BUILD:-$root/build}
cc=${KHOP_CC:-cc}
sanitize=
[ "${KHOP_SANITIZE:-none}" = none ] || sanitize="-fsanitize=$KHOP_SANITIZE"
dest=$work/dest
cpp=$(command -v g++ || command -v clang++ || true)

for tool in meson pkg-config nm readelf; do
  command -v $tool >/dev/null && continue
  skip "the installation: there is no $tool"
  finish
done
if [ ! -w "$build/meson-logs" ]; then
  skip 'the installation: the build folder belongs to someone else'
  finish
fi

check 'meson install' meson install -C "$build" --destdir "$dest" --no-rebuild
pc=$(find "$dest" -name khop.pc)
prefix=$(sed -n 's/^prefix=//p' "$pc")
libdir=$(sed -n 's/^libdir=//p' "$pc" | sed "s|\${prefix}|$prefix|")
lib=$dest$libdir
share=$dest$prefix/share/khop/datasets
for file in "$dest$prefix/bin/khop" "$dest$prefix/include/khop/khop.h" "$lib/libkhop.so" "$lib/libkhop.so.0" \
  "$lib/libkhop-double.so.0" "$lib/pkgconfig/khop.pc" "$lib/pkgconfig/khop-double.pc" \
  "$lib/cmake/khop/khopConfig.cmake" "$lib/cmake/khop/khopConfigVersion.cmake" \
  "$dest$prefix/share/man/man1/khop.1" "$dest$prefix/share/man/man1/khop-train.1" \
  "$dest$prefix/share/bash-completion/completions/khop" "$dest$prefix/share/zsh/site-functions/_khop" \
  "$dest$prefix/share/fish/vendor_completions.d/khop.fish" "$dest$prefix/share/doc/khop/LICENSE" \
  "$dest$prefix/share/doc/khop/linking.md" "$dest$prefix/share/doc/khop/examples/04_pieces.c" \
  "$share/karate.graphml" "$share/catalogue.json"; do
  check "installed: ${file#"$dest$prefix/"}" test -r "$file"
done
headers=$root/include/khop
[ ! -e "$lib/pkgconfig/khop-petsc.pc" ] || headers="$headers $root/petsc/khop"
# shellcheck disable=SC2086
same 'every public header is installed' "$(find $headers -type f | sed 's|.*/||' | sort)" \
  "$(find "$dest$prefix/include/khop" -type f | sed 's|.*/||' | sort)"
same 'nothing private is installed' '' "$(find "$dest" -name '*.a' -o -name '*core*' -o -name 'cli.h')"

# --- the libraries ------------------------------------------------------------------------------------

for lib_name in khop khop-double; do
  so=$lib/lib$lib_name.so.0
  same "$lib_name: SONAME" "lib$lib_name.so.0" "$(readelf -d "$so" | sed -n 's/.*SONAME.*\[\(.*\)\]/\1/p')"
  nm -D --defined-only "$so" | awk '{print $NF}' | sed 's/@.*//' | grep -v -e '^__odr_asan' -e '^KHOP_' >symbols
  grep '^khop_real_is_' symbols >precision
  grep -v '^khop_real_is_' symbols >named && mv named symbols
  same "$lib_name: the name of its precision" "khop_real_is_$([ $lib_name = khop ] && echo float || echo double)" "$(cat precision)"
  same "$lib_name: its names are versioned" '' "$(nm -D --defined-only "$so" | grep ' khop_' | grep -v "@@KHOP_$([ $lib_name = khop ] || echo DOUBLE_)0$")"
  same "$lib_name: it calls no function of its own by name" '' "$(readelf -rW "$so" | grep 'JUMP_SLO.* khop_')"
  same "$lib_name: only khop_ is visible" '' "$(grep -v '^khop_' symbols)"
  same "$lib_name: nothing private is visible" '' "$(grep '^khop_i_' symbols)"
  check "$lib_name: the public functions are there" grep -qx khop_train symbols
  # all that the headers declare with KHOP_API, whatever the line breaks
  cat "$root"/include/khop/*.h | sed '/^#/d' | tr '\n' ' ' | grep -o 'KHOP_API [^;]*' | sed 's/ *(.*//' |
    grep -o 'khop_[a-z0-9_]*$' | sort -u >declared
  same "$lib_name: each function that a header declares, and no other" '' \
    "$(sort -u symbols | comm -3 - declared | tr -s '\t\n' ' ')"
  same "$lib_name: no path of the build in RPATH or RUNPATH" '' "$(readelf -d "$so" | grep -E 'RPATH|RUNPATH' | grep -F "$build")"
  # clang adds the folder of its own OpenMP
  same "$lib_name: no other RPATH or RUNPATH" '' "$(readelf -d "$so" | grep -E 'RPATH|RUNPATH' | grep -v '\[/usr/lib/llvm-[0-9]*/lib\]')"
done
same 'khop: no path of the build in RPATH or RUNPATH' '' "$(readelf -d "$dest$prefix/bin/khop" | grep -E 'RPATH|RUNPATH' | grep -F "$build")"

# --- pkg-config ---------------------------------------------------------------------------------------

PKG_CONFIG_PATH=$lib/pkgconfig
export PKG_CONFIG_PATH
ask() { pkg-config --define-variable=prefix="$dest$prefix" "$@"; }
# In $dest the libraries are not where the loader looks.
LD_LIBRARY_PATH=$lib${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
for lib_name in khop khop-double; do
  same "$lib_name.pc: no path of the build or of the sources" '' "$(grep -F -e "$build" -e "$root" "$lib/pkgconfig/$lib_name.pc")"
  same "$lib_name.pc: asks for no other library's headers or flags" \
    "$(echo "-I$dest$prefix/include $([ $lib_name = khop ] || echo -DKHOP_DOUBLE)" | sed 's/ $//' | tr ' ' '\n' | sort)" \
    "$(ask --cflags $lib_name | sed 's/ *$//' | tr ' ' '\n' | sort)"
  same "$lib_name.pc: links with itself alone" "-L$dest$libdir -l$lib_name" "$(ask --libs $lib_name | sed 's/ *$//')"
  same "$lib_name.pc: the version" "$("$khop" --version)" "khop $(ask --modversion $lib_name)"
done

# --- a program outside the tree -----------------------------------------------------------------------

cp "$root/tests/consumer/consumer.c" .
cp consumer.c consumer.cc
# consumer NAME LIBRARY BYTES COMPILER...: builds and runs it
consumer() {
  consumer_name=$1 library=$2 bytes=$3
  shift 3
  # shellcheck disable=SC2046
  check "$consumer_name: builds" "$@" $sanitize -Wall -Wextra -Werror -o consumer $(ask --cflags --libs "$library")
  expect_output "$consumer_name: runs" "^khop [0-9.]+, $bytes bytes a number: [0-3] of 34 " \
    env LD_LIBRARY_PATH="$LD_LIBRARY_PATH" ./consumer
}
# shellcheck disable=SC2086
{
  consumer 'a C program' khop 4 $cc -std=c11 consumer.c
  consumer 'a C program in double' khop-double 8 $cc -std=c11 consumer.c
}
if [ -n "$cpp" ] && [ -z "$sanitize" ]; then
  consumer 'a C++ program' khop 4 "$cpp" -std=c++17 consumer.cc
else
  skip 'a C++ program: there is no C++ compiler, or the library is one with sanitizers'
fi

# --- both precisions ----------------------------------------------------------------------------------

cp "$root/tests/consumer/precision.c" .
# shellcheck disable=SC2086,SC2046
{
  check 'a part in double, with libkhop-double' $cc $sanitize -std=c11 -fPIC -shared -o libpart.so precision.c \
    $(ask --cflags --libs khop-double)
  check 'a program in float that holds it, with libkhop' $cc $sanitize -std=c11 -o both precision.c \
    $(ask --cflags --libs khop) -L. -lpart -Wl,-rpath-link,"$lib"
  expect_output 'both in one process, each with its own numbers' '^double 20 float 20 20$' \
    env LD_LIBRARY_PATH=".:$LD_LIBRARY_PATH" ./both
  refused() {
    refused_name=$1
    shift
    run "$@"
    same "$refused_name" 1 "$([ "$status" != 0 ] && grep -c "undefined reference to .khop_real_is_" "$err" | sed 's/[2-9]/1/')"
  }
  refused 'numbers in double are not linked with libkhop' $cc -std=c11 -DKHOP_DOUBLE -o wrong consumer.c $(ask --cflags --libs khop)
  refused 'nor numbers in float with libkhop-double' $cc -std=c11 -UKHOP_DOUBLE -o wrong consumer.c -L"$lib" -lkhop-double \
    -I"$dest$prefix/include"
}

# --- the installed command ----------------------------------------------------------------------------

mkdir elsewhere && cd elsewhere || exit 1
run env -u KHOP_DATA LD_LIBRARY_PATH="$LD_LIBRARY_PATH" "$dest$prefix/bin/khop" data path karate
if [ -r "$prefix/share/khop/datasets/karate.graphml" ]; then
  same 'khop data path karate: from where khop is installed' "$prefix/share/khop/datasets/karate.graphml" "$(cat "$out")"
else
  same 'the installed command looks where the data are installed' 1 \
    "$([ "$status" = 1 ] && grep -c "$prefix/share/khop/datasets\$" "$err")"
fi
expect_output 'the installed catalogue can be used' "^karate +here " \
  env KHOP_DATA="$share" LD_LIBRARY_PATH="$LD_LIBRARY_PATH" "$dest$prefix/bin/khop" data list
expect_output 'the installed command trains' 'accuracy on the test nodes' \
  env LD_LIBRARY_PATH="$LD_LIBRARY_PATH" "$dest$prefix/bin/khop" train "$share/karate.graphml" --epochs 10

finish
