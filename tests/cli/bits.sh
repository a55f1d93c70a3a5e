#!/bin/sh
# bits.sh: what khop computes, bit by bit, against the committed table tests/golden/bits.tsv.
#
# A change that is to keep every bit runs this test. A change that is meant to change some writes the table anew,
# and its diff says which:
#
#   KHOP_BITS_WRITE=1 KHOP_DATA=FOLDER meson test -C build cli_bits
#
# That takes all of the real data and a processor with AVX-512, so that no row is lost.
# The rows are those of tests/bits/bits.h, and rows of the kind "command": of the reports, scores and checkpoints of
# the command. Integers hold on every machine and in every build. Results in floating point depend on the compiler,
# the libraries and the caches: they are compared where these are those that the first line of the table names,
# with OpenBLAS held to the kernels of Haswell, on one thread and on two. What does not run here is said in a line.
. "$(dirname "$0")/tap.sh"

table=$root/tests/golden/bits.tsv
bits=${KHOP_BITS:-$root/build/tests/bits}
pin=${KHOP_BITS_PIN:-$root/build/tests/libbits_pin.so}
OPENBLAS_CORETYPE=Haswell
export OPENBLAS_CORETYPE
tab=$(printf '\t')

# --- the comparison ---------------------------------------------------------------------------------

# compare KIND SEEN TABLE: a line for each row of a kind that is missing, new, other, or no checksum at all. Rows of
# data that are not here count for nothing.
compare() {
  awk -F '\t' -v kind="$1" -v here=" - $data_here " '
    FNR == 1 { file++ }
    /^#/ { next }
    $1 != kind || !index(here, " " $2 " ") { next }
    { name = $2 " " $3 }
    length($4) != 16 || $4 ~ /[^0-9a-f]/ || NF != 4 { print "no checksum: " $0; next }
    file == 1 { if (name in seen) print "twice: " name; seen[name] = $4; next }
    { wanted++
      if (name in wants) print "twice in the table: " name
      wants[name] = 1
      if (!(name in seen)) print "missing: " name
      else if (seen[name] != $4) print "other bits: " name "  table " $4 "  seen " seen[name] }
    END {
      for (name in seen) if (!(name in wants)) print "not in the table: " name
      if (!wanted) print "the table has no row of " kind
    }' "$2" "$3"
}

# compared NAME KIND SEEN: one check. While the table is written anew the rows are kept instead.
compared() {
  : >"$out"
  if [ -n "${KHOP_BITS_WRITE:-}" ]; then
    keep "$@"
  else
    same "$1" '' "$(compare "$2" "$3" "$table" | head -n 40)"
  fi
}

# keep NAME KIND SEEN: takes rows into the table, or where they are there already checks that they agree.
keep() {
  if grep -q "^$2$tab" new.tsv 2>/dev/null; then
    same "$1" '' "$(compare "$2" "$3" new.tsv | head -n 40)"
  else
    cat "$3" >>new.tsv
    same "$1" '' "$(compare "$2" "$3" new.tsv | head -n 40)"
  fi
}

data_here=
for pair in cora:cora.npz texas:texas.npz photo:amazon_electronics_photo.npz power_grid:power_grid.npz \
  minesweeper:minesweeper.npz mutag:mutag.txt esol:esol.csv; do
  if [ -n "$real_data" ] && [ -r "$real_data/${pair#*:}" ]; then
    data_here="$data_here ${pair%%:*}"
  else
    skip "the rows of ${pair%%:*}: KHOP_DATA has no ${pair#*:}"
    [ -z "${KHOP_BITS_WRITE:-}" ] || not_ok "a table is written with all data: ${pair#*:}"
  fi
done

# --- the checker is checked ---------------------------------------------------------------------------

printf '%s\t%s\t%s\t%s\n' integers - a/b 0123456789abcdef integers - a/c fedcba9876543210 \
  integers nowhere a/d 0000000000000000 >right
caught() { same "caught: $1" "$2" "$(compare integers seen wrong)"; }
cp right seen && cp right wrong
same 'equal rows agree, and those of other data do not count' '' "$(compare integers seen wrong)"
sed 's/fedcba/fedcbb/' right >wrong
caught 'a row of the table that was changed' 'other bits: - a/c  table fedcbb9876543210  seen fedcba9876543210'
sed 's/fedcba/fedcbb/' right >seen && cp right wrong
caught 'other bits' 'other bits: - a/c  table fedcba9876543210  seen fedcbb9876543210'
sed 2d right >seen
caught 'a row that is missing' 'missing: - a/c'
cp right seen && sed 1d right >wrong
caught 'a row that the table lacks' 'not in the table: - a/b'
sed -n 1p right >seen && grep nowhere right >wrong
caught 'a table without a row of the kind' 'not in the table: - a/b
the table has no row of integers'
cp right seen && sed -n '1p;1p;2p' right >wrong
caught 'a row twice' 'twice in the table: - a/b'
sed 's/fedcba9876543210/nan/' right >seen && cp seen wrong
caught 'results that are not finite, also where the table holds them' \
  "$(printf 'no checksum: %s\t-\ta/c\tnan\n' integers integers)"
printf 'loss\n' >words.txt
same 'a file has a row' 'command - words' "$("$bits" file command - words words.txt | cut -f 1-3 | tr '\t' ' ')"
{
  printf "\\223NUMPY\\001\\000\\166\\000{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2), }%58s\\n" ''
  printf '\000\000\200\077\000\000\300\177'
} >nan.npy
run "$bits" file command - nan nan.npy
check 'an array that is not finite has none' sh -c '[ "$0" = 1 ] && grep -q finite "$1"' "$status" "$err"

# --- integers -----------------------------------------------------------------------------------------

[ -z "${KHOP_BITS_WRITE:-}" ] || rm -f new.tsv
# rows KIND THREADS [REAL]: the program's rows in the file seen.
rows() {
  export OMP_NUM_THREADS="$2"
  run "$bits" "$1" "$root/datasets" ${real_data:+"$real_data"}
  [ "$status" = 3 ] || same "the rows of $1 on $2 threads are there" '0 0' "$status $(wc -c <"$err" | tr -d ' ')"
  mv "$out" seen
}
for threads in 1 2; do
  rows integers $threads
  compared "integers on $threads threads" integers seen
done
if [ -z "${KHOP_BITS_WRITE:-}" ]; then
  # The checker once more, with these rows and a table that is wrong in one place.
  at=$(grep -n "^integers$tab-" "$table" | sed -n '40s/:.*//p')
  sed "${at}s/[0-9a-f]\$/x/;${at}s/x\$/$(sed -n "${at}s/.*0\$/1/p;${at}s/.*[^0]\$/0/p" "$table")/" "$table" >wrong
  same 'one digit of the table that was changed is found' 1 "$(compare integers seen wrong | grep -c '^other bits: - ')"
  sed "${at}d" "$table" >wrong
  same 'one row of the table that was taken out is found' 1 \
    "$(compare integers seen wrong | grep -c '^not in the table: - ')"
  grep -v "$tab$(sed -n "${at}p" "$table" | cut -f 3)$tab" seen >less
  same 'one row that was not computed is found' 1 "$(compare integers less "$table" | grep -c '^missing: - ')"
fi
for name in $(sed -n "s|^integers$tab-${tab}whole/\\(.*\\)/stored$tab.*|\\1|p" seen); do
  same "sums of whole numbers on $name are those of stored rings in every form" 1 \
    "$(grep "${tab}whole/$name/" seen | cut -f 4 | sort -u | wc -l | tr -d ' ')"
done

# --- floating point -----------------------------------------------------------------------------------

made_by=$("$bits" made-by)
made_for=$(sed -n 's/^# made by: //p' "$table" 2>/dev/null)
if [ -z "${KHOP_BITS_WRITE:-}" ] && [ "$made_by" != "$made_for" ]; then
  skip "results in floating point: the table is of $made_for; here is $made_by"
  finish
fi

for kind in baseline avx2 avx512; do
  for threads in 1 2; do
    rows $kind $threads
    if [ "$status" = 3 ]; then
      skip "the results of $kind: this processor does not have it"
      [ -z "${KHOP_BITS_WRITE:-}" ] || not_ok "a table is written with all instruction sets: $kind"
    else
      compared "$kind on $threads threads" $kind seen
    fi
  done
done

# --- the command --------------------------------------------------------------------------------------

if ! "$bits" avx2 /none >/dev/null 2>&1; then
  skip 'the results of the command: this processor has no AVX2'
  finish
fi

# pinned COMMAND..: khop held to AVX2.
pinned() { run env LD_PRELOAD="$pin" "$khop" "$@"; }
# has NEEDS: whether that data set is here.
has() { case " - $data_here " in *" $1 "*) ;; *) return 1 ;; esac; }
# file NEEDS NAME FILE: a row of what a file holds.
file() { "$bits" file command "$@" >>commands 2>>complaints; }
# complete NAME: the last command succeeded.
complete() { [ "$status" = 0 ] || { echo "$1: status $status" && cat "$err"; } >>complaints; }

# train NEEDS NAME DATA [options]: rows of the report, of the checkpoint's tensors and of the scores.
train() {
  needs=$1 name=$2 data=$3
  shift 3
  has "$needs" || return 0
  pinned train "$data" "$@" --json -q --save m.safetensors
  complete "$name"
  results "$out" | grep -v '"version"' | sed "s|$real_data/||" >report.txt
  grep -Eq '"simd":[[:space:]]*"avx2"' "$out" || is_set "$data" || echo "$name: not held to AVX2" >>complaints
  grep -Eqi '"(loss|test)":[[:space:]]*(null|-?nan|-?inf)' "$out" &&
    echo "$name: a loss that is not finite" >>complaints
  file "$needs" "train/$name/report" report.txt
  file "$needs" "train/$name/tensors" m.safetensors
  set -- m.safetensors "$data" -o scores.npy
  [ ! -f hops.npy ] || set -- "$@" --hop-features hops.npy
  pinned predict "$@"
  complete "$name: predict"
  file "$needs" "train/$name/scores" scores.npy
  rm -f scores.npy report.txt
}
is_set() { case $1 in *.txt | *.csv) ;; *) return 1 ;; esac; }

# hop_features NEEDS NAME DATA [options]
hop_features() {
  needs=$1 name=$2 data=$3
  shift 3
  has "$needs" || return 0
  pinned hops "$data" -o h.npy -q "$@"
  complete "$name"
  file "$needs" "hops/$name" h.npy
}

# featurize NEEDS NAME DATA [options]
featurize() {
  needs=$1 name=$2 data=$3
  shift 3
  has "$needs" || return 0
  pinned featurize "$data" -o x.npz -q "$@"
  complete "$name"
  file "$needs" "featurize/$name" x.npz
}

paths_and_cycles >set.txt
awk 'BEGIN { print "smiles,size"
  for (i = 0; i < 40; i++) { s = ""; for (k = 0; k <= i % 8; k++) s = s "C"
    if (i % 5 == 1) s = s "c1ccccc1"; if (i % 5 == 2) s = s "C1CCCC1"; if (i % 5 == 3) s = s "C1CC1"
    print s (i % 2 ? "O" : "N") "," i % 8 } }' >mols.csv
solubility='measured log solubility in mols per litre'
cora=$real_data/cora.npz texas=$real_data/texas.npz esol=$real_data/esol.csv

nodes() {
  for recipe in ring dilated mixhop gcn mlp; do
    train - karate-$recipe karate --recipe $recipe --epochs 12 --seeds 2
    train texas texas-$recipe "$texas" --recipe $recipe --epochs 6 --seeds 2 --seed 3 --split 1
    train cora cora-$recipe "$cora" --recipe $recipe --epochs 3 --seeds 2
  done
  for form in stored matrix-free ladder bitmap; do
    train - karate-form-$form karate --recipe dilated --epochs 5 --form $form
    train texas texas-form-$form "$texas" --recipe mixhop --epochs 4 --form $form
    train cora cora-form-$form "$cora" --recipe dilated --epochs 2 --hidden 24 --form $form
  done
  for norm in none row sym col; do
    train - karate-norm-$norm karate --recipe dilated --epochs 5 --norm $norm --self-loop yes
  done
  for operator in ball power support; do
    train - karate-operator-$operator karate --recipe dilated --epochs 5 --operator $operator --hops 0,1,2 \
      --dilations 1 --norm row
  done
  train - karate-options karate --recipe dilated --epochs 9 --weights separable --activation gelu --optimizer adamw \
    --clip 1 --schedule cosine --hidden 33
  train - karate-tanh karate --recipe mixhop --epochs 9 --activation tanh --schedule plateau --concat no --dropout 0.2
  train - karate-sample karate --recipe dilated --epochs 9 --sample 3 --seed 2
  train texas texas-all "$texas" --recipe dilated --epochs 2 --split all --hidden 16 --metric macro-f1
  train cora cora-sample "$cora" --recipe ring --epochs 2 --sample 5 --hidden 16 --row-normalize yes
  train - karate-first karate --recipe dilated --epochs 4 --seed 1
  cp m.safetensors first.safetensors
  train - karate-resumed karate --resume first.safetensors --epochs 8
}

hop_files() {
  hop_features - karate karate --hops 0-4 --norm sym
  hop_features texas texas "$texas" --hops 0,1,2 --norm row --project 20 --seed 5
  hop_features cora cora "$cora" --hops 0,1,2 --project 64 --form ladder
  hop_features cora cora-self "$cora" --hops 1,3 --self-loop --norm sym --project 16 --form matrix-free
  hop_features cora cora-sample "$cora" --hops 0,1,2 --sample 4 --project 16
  hop_features - karate-ball karate --hops 0-2 --operator ball --norm col
  hop_features - karate-rows karate --hops 0,1,2 && mv h.npy hops.npy
  for size in 5 64; do
    train - karate-batch-$size karate --hop-features hops.npy --batch $size --epochs 6 --seeds 2
  done
  rm -f hops.npy
  has texas || return 0
  pinned hops "$texas" -o hops.npy -q
  train texas texas-batch "$texas" --hop-features hops.npy --batch 32 --epochs 4 --dropout 0.3
  rm -f hops.npy
}

sets() {
  train - set set.txt --hidden 8 --layers 2 --epochs 4 --batch 8 --ensemble 2
  train - set-readout set.txt --hidden 8 --epochs 3 --batch 8 --readout max,attention --structure no --average 0.9
  train - set-folds set.txt --hidden 8 --epochs 3 --protocol folds --folds 4
  train - set-nested set.txt --hidden 8 --epochs 2 --protocol nested --folds 3 --inner 2 --only 2 \
    --candidate 'hops=0,1' --candidate 'hidden=4'
  train - mols mols.csv --target size --hidden 8 --epochs 3 --batch 8 --duplicates apart
  train mutag mutag "$real_data/mutag.txt" --epochs 2 --hidden 16 --ensemble 2
  train mutag mutag-folds "$real_data/mutag.txt" --epochs 2 --hidden 8 --protocol folds --folds 5
  train esol esol "$esol" --target "$solubility" --epochs 2 --hidden 16 --split-by scaffold-shuffled
  train esol esol-paths "$esol" --target "$solubility" --epochs 1 --hidden 8 --descriptors none --paths 3 --bonds yes --duplicates apart
  featurize esol esol-learned "$esol" --model m.safetensors
  featurize esol esol "$esol" --hops 0-4 --features ring,wiener,autocorr,crippen,tpsa,profile,estate
  featurize - mols mols.csv
  featurize - mols-atoms mols.csv --per atom
  featurize - karate karate --hops 0-3 --norm row
  featurize texas texas "$texas" --hops 0,2
}

for threads in 1 2; do
  export OMP_NUM_THREADS=$threads
  : >commands && : >complaints
  nodes
  hop_files
  sets
  : >"$err"
  same "every command on $threads threads succeeds, with finite results" '' "$(head -n 20 complaints)"
  compared "the command's results on $threads threads" command commands
done

# --- the table anew -------------------------------------------------------------------------------------

if [ -n "${KHOP_BITS_WRITE:-}" ] && [ "$failures" = 0 ]; then
  {
    echo '# Checksums of what khop computes: tests/cli/bits.sh compares them, and says how they are written anew.'
    echo "# made by: $made_by"
    printf '#kind\tneeds\tname\tchecksum\n'
    sort new.tsv
  } >"$table"
  ok 'the table is written anew'
fi
finish
