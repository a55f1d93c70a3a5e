#!/bin/sh
# export.sh: khop export: models as C, compiled by gcc, clang and for WebAssembly, called, and compared with khop
# predict; what is refused.
. "$(dirname "$0")/tap.sh"

strict='-std=c99 -Wall -Wextra -Wconversion -Wpedantic -Werror'
cc=${KHOP_CC:-cc}

# alike A B: two tables of numbers, within 1e-6 of the largest; NaN never is.
alike() {
  awk -v other="$2" 'BEGIN { FS = "," }
    { getline line < other; n = split(line, b, ",")
      if (n != NF) bad = 1
      for (i = 1; i <= NF; i++) {
        if ($i !~ /^-?[0-9.]+(e[-+]?[0-9]+)?$/) bad = 1
        d = $i - b[i]; if (d < 0) d = -d
        if (!(d <= worst)) worst = d
        v = b[i] < 0 ? -b[i] : b[i] + 0; if (v > largest) largest = v; count++
      } }
    END { exit !(count > 0 && !bad && (getline line < other) <= 0 && worst <= 1e-6 * largest) }' "$1"
}
printf '1,2\n3,4\n' >a && printf '1,2\n3,4.000003\n' >b && printf '1,2\n3,4.00001\n' >c && printf '1,2\nnan,4\n' >d
check 'the checker is checked: equal but for rounding' alike a b
for other in c d; do if alike "$other" a; then not_ok "$other is not a"; else ok "$other is not a"; fi; done

# --- nodes: karate, whose features are a column a node ---------------------------------------------------

check 'a model' "$khop" train karate --epochs 60 -q --save karate.safetensors
expect_output 'khop export' '^karate.c: karate_run, [0-9]+ parameters$' \
  "$khop" export karate.safetensors -o karate.c --name karate
check 'the same model again is the same file' sh -c '"$0" export karate.safetensors -o again.c --name karate && cmp karate.c again.c' "$khop"
check 'the file says what its columns are' grep -Fqx ' *   0  Mr. Hi' karate.c
check 'it is small beside its weights' test "$(wc -c <karate.c)" -lt 200000
# numbers FILE.npy: its 32-bit floats, two a line.
numbers() { tail -c +129 "$1" | od -An -v -t f4 -w8 | awk '{ print $1 "," $2 }'; }
"$khop" predict karate.safetensors karate -o predicted.npy >/dev/null
numbers predicted.npy >wanted.csv

# Arcs of the club in compressed rows, from the file that ships.
sed -n 's/.*<edge source="\([0-9]*\)" target="\([0-9]*\)".*/\1 \2/p' "$root/datasets/karate.graphml" |
  awk '{ print $1, $2; print $2, $1 }' | sort -n -k1,1 -k2,2 >arcs
awk 'BEGIN { n = 34 } { degree[$1]++; target[NR] = $2 }
  END { printf "enum { N = %d };\nstatic const int64_t offsets[] = {0", n
        for (i = 0; i < n; i++) printf ", %d", (sum += degree[i])
        printf "};\nstatic const int32_t targets[] = {"
        for (a = 1; a <= NR; a++) printf "%s%d", (a > 1 ? ", " : ""), target[a]
        print "};" }' arcs >graph.h
cat >main.c <<'END'
#include <stdint.h>
#include <stdio.h>
#include "graph.h"
int karate_run(float *out, int64_t nodes, const int64_t *offsets, const int32_t *targets, const float *x);
static float x[N * N], out[2 * N];
int main(void) {
  for (int i = 0; i < N; i++) x[i * N + i] = 1;
  int status = karate_run(out, N, offsets, targets, x);
  for (int i = 0; i < N; i++) printf("%.9g,%.9g\n", (double)out[2 * i], (double)out[2 * i + 1]);
  return status;
}
END
same 'the club has 156 arcs' 156 "$(wc -l <arcs | tr -d ' ')"
for compiler in "$cc" gcc clang; do
  # shellcheck disable=SC2086
  check "$compiler compiles it without a warning" $compiler $strict -O2 -c karate.c -o karate.o
  # shellcheck disable=SC2086
  check "$compiler -ffreestanding compiles it" $compiler $strict -O2 -ffreestanding -c karate.c -o free.o
  same "$compiler -ffreestanding leaves libm alone to be linked" '' \
    "$(nm -u free.o | awk '{ print $2 }' | grep -Ev '^(sqrt|exp|erf|tanh|memset|memcpy)$')"
  # shellcheck disable=SC2086
  check "$compiler links it with libm" $compiler main.c karate.o -o run -lm
  ./run >ran.csv
  check "compiled by $compiler it gives the scores of khop predict" alike ran.csv wanted.csv
done

# --- WebAssembly, in node, whose Math is the libm ---------------------------------------------------------

check 'clang compiles it for WebAssembly' clang --target=wasm32 $strict -O2 -ffreestanding -c karate.c -o karate.wasm.o
if command -v wasm-ld >/dev/null && command -v node >/dev/null; then
  check 'and lld links it' wasm-ld --no-entry --allow-undefined --export=karate_run_in --export=karate_workspace \
    --export=__heap_base karate.wasm.o -o karate.wasm
  sed -n 's/.*offsets\[\] = {\(.*\)};/offsets \1/p; s/.*targets\[\] = {\(.*\)};/targets \1/p' graph.h >graph.txt
  cat >run.js <<'END'
const fs = require('fs');
const line = name => fs.readFileSync('graph.txt', 'utf8').split('\n').find(l => l.startsWith(name)).slice(8).split(', ').map(Number);
const offsets = line('offsets'), targets = line('targets'), n = offsets.length - 1;
const { exports: model } = new WebAssembly.Instance(new WebAssembly.Module(fs.readFileSync('karate.wasm')), { env: Math });
let top = (model.__heap_base.value + 7) & ~7;
const take = bytes => { const at = top; top += (bytes + 7) & ~7; return at; };
const out = take(8 * n), o = take(8 * (n + 1)), t = take(4 * targets.length), x = take(4 * n * n);
const bytes = Number(model.karate_workspace(BigInt(n), BigInt(targets.length))), workspace = take(bytes);
model.memory.grow(Math.ceil(top / 65536));
const memory = model.memory.buffer;
new BigInt64Array(memory, o).set(offsets.map(BigInt));
new Int32Array(memory, t).set(targets);
const features = new Float32Array(memory, x, n * n);
for (let i = 0; i < n; i++) features[i * n + i] = 1;
if (model.karate_run_in(out, BigInt(n), o, t, x, workspace, bytes) !== 0) process.exit(1);
const scores = new Float32Array(memory, out, 2 * n);
for (let i = 0; i < n; i++) console.log(scores[2 * i] + ',' + scores[2 * i + 1]);
END
  node run.js >wasm.csv 2>"$err"
  check 'run by node it gives the scores of khop predict' alike wasm.csv wanted.csv
else
  skip 'WebAssembly is compiled and not run: wasm-ld or node is not here'
fi

# --- sets of graphs ---------------------------------------------------------------------------------------

paths_and_cycles >set.txt
check 'a model of graphs' "$khop" train set.txt --hidden 6 --layers 2 --epochs 3 -q --save set.safetensors
check 'as C' "$khop" export set.safetensors -o set.c
# shellcheck disable=SC2086
check 'that compiles' $cc $strict -c set.c
check 'it takes the nodes of each graph' grep -q '^int model_run(float \*out, int64_t graphs, const int64_t \*first,' set.c
"$khop" train set.txt --hidden 4 --layers 1 --epochs 1 --ensemble 2 -q --save two.safetensors >/dev/null 2>&1
run "$khop" export two.safetensors -o two.c
same 'of an ensemble one model, and it is told' "0 1" "$status $(grep -c 'one model of an ensemble of 2' "$err")"

# --- bad use, bad files -------------------------------------------------------------------------------------

ls >before
expect_error 1 'no such model' 'none.safetensors' "$khop" export none.safetensors -o no.c
expect_error 1 'a file that is no model' 'graph.h' "$khop" export graph.h -o no.c
expect_error 1 'a folder that there is not' 'none/no.c' "$khop" export karate.safetensors -o none/no.c
for name in '' 3d _x a-b 'a b' x123456789012345678901234567890123456789x; do
  expect_error 2 "a name that is none in C: '$name'" "^khop export: --name: not a name in C: '$name'" \
    "$khop" export karate.safetensors -o no.c --name "$name"
done
expect_error 2 'an output without a name' '^khop export: -o: ' "$khop" export karate.safetensors -o ''
if [ -c /dev/full ]; then
  expect_error 1 'a full disk' '/dev/full: cannot write: No space' "$khop" export karate.safetensors -o /dev/full
fi
same 'nothing was written' "$(grep -v '^before$' before)" "$(ls | grep -v '^before$')"

finish
