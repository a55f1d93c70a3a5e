#!/bin/sh
# bench.sh: the bench's front door: its help, and one sentence where something is missing. Nothing is
# measured here, and no environment is made.
. "$(dirname "$0")/tap.sh"

expect_output 'bench/run --help' '^usage: bench/run \[rings\|' sh "$root/bench/run" --help
expect_output 'it names where the environment is' '^  KHOP_BENCH_ENV ' sh "$root/bench/run" -h

# one_sentence STATUS NAME REGEX: the last run ended so, with one line on stderr.
one_sentence() {
  if [ "$status" = "$1" ] && [ ! -s "$out" ] && [ "$(wc -l <"$err")" = 1 ] && grep -Eq -e "$3" "$err"; then
    ok "$2"
  else
    not_ok "$2" "status $status"
  fi
}
mkdir copy && cp -R "$root/bench" copy/ && chmod -R u+w copy
run env KHOP_BENCH_PYTHON=no-such-python KHOP_BENCH_ENV="$work/env" sh copy/bench/run spmm
one_sentence 1 'a missing Python is a sentence' "^bench/run: there is no Python called 'no-such-python': install"
run env KHOP_DATA=no-such-folder KHOP_BENCH_PYTHON=sh KHOP_BENCH_ENV="$work/env" sh copy/bench/run spmm
one_sentence 1 'missing data are a sentence' '^bench/run: KHOP_DATA names no folder: the real graphs are needed'
run sh copy/bench/run spm
one_sentence 2 'an unknown part is a sentence' "^bench/run: there is no part 'spm': rings rows spmm"
printf '#!/bin/sh\nexit 3\n' >broken-python && chmod +x broken-python
run env KHOP_BENCH_PYTHON="$work/broken-python" KHOP_BENCH_ENV="$work/env" sh copy/bench/run spmm
if [ "$status" = 1 ] && grep -q "^bench/run: cannot make the environment in $work/env" "$err"; then
  ok 'a Python that fails is a sentence'
else
  not_ok 'a Python that fails is a sentence' "status $status"
fi
same 'nothing was left behind' '' "$(find env -type f 2>/dev/null)"

# Each program that meson.build lists has its source, and each part that is there is named in the help.
sed -n "s/^  '\([a-z_]*\)',$/\1/p" "$root/bench/meson.build" >programs
while read -r name; do
  check "bench/$name.c is there" test -f "$root/bench/$name.c"
done <programs
sh "$root/bench/run" --help >help
for file in "$root"/bench/*.py; do
  name=$(basename "$file" .py)
  case $name in
  common | report | peer* | make_*) ;;
  *) check "the help names $name" grep -q "[[|]$name[] |]" help ;;
  esac
done

finish
