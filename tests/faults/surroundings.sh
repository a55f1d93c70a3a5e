#!/bin/sh
# surroundings.sh: the same bytes come out wherever a command runs: in the locales of Germany (decimal commas), Turkey (an
# i of its own) and Iran (digits of its own), also where the program that calls the library has set them; with clocks
# that jump by hours; with few descriptors, a small stack, and files that may not grow.
. "$(dirname "$0")/../cli/tap.sh"
library=${KHOP_SURROUNDINGS:-$root/build/tests/libsurroundings.so}
OMP_NUM_THREADS=2 OMP_WAIT_POLICY=passive
LOCPATH=$work/locales
export OMP_NUM_THREADS OMP_WAIT_POLICY LOCPATH

mkdir locales
for locale in de_DE tr_TR fa_IR; do # Debian's package locales; without it there is nothing to show
  check "the locale $locale is made" localedef -i $locale -f UTF-8 "$LOCPATH/$locale.UTF-8"
done

# --- what is run --------------------------------------------------------------------------------------------------

# Names in capitals, since I is no capital of i in Turkish.
awk 'BEGIN { split("C N O", atom, " "); print "SMILES,ID,SOLUBILITY,KIND"; for (i = 0; i < 40; i++) { s = "CC"
  for (k = i; k; k = int(k / 3)) s = s atom[k % 3 + 1]
  print s ",M" i "," length(s) + 0.25 "," (i % 2 ? "FIRST" : "SECOND") } }' >MOLECULES.CSV
awk -F , 'NR > 1 { print $1 " " $2 }' MOLECULES.CSV >list.smi
awk 'BEGIN { print "ID,WEIGHT,CITY,SPLIT"; for (i = 0; i < 30; i++)
  print i "," i / 4 "," (i % 2 ? "IZMIR" : "Isparta") "," (i % 3 ? (i % 3 > 1 ? "VALID" : "TRAIN") : "TESTING") }' >PEOPLE.CSV
awk 'BEGIN { for (i = 0; i < 30; i++) print i "," (i + 1) % 30; for (i = 0; i < 15; i++) print i "," i + 15 }' >FRIENDS.CSV
awk 'BEGIN { print "GRAPH [ DIRECTED 0"; for (i = 0; i < 12; i++) print "NODE [ ID " i " WEIGHT " i / 8 " ]"
  for (i = 0; i < 12; i++) print "EDGE [ SOURCE " i " TARGET " (i + 1) % 12 " ]"; print "]" }' >GRAPH.GML
printf '%%%%MATRIXMARKET MATRIX COORDINATE REAL GENERAL\n3 3 2\n1 2 0.5\n2 3 1.5\n' >MATRIX.MTX
printf '*VERTICES 3\n1 "I"\n2 "i"\n3 "x"\n*EDGES\n1 2 0.5\n2 3 1.5\n' >PAJEK.NET
paths_and_cycles >set.txt

# A line a command; OUT is the file that it writes.
cat >commands <<'END'
info FRIENDS.CSV --nodes PEOPLE.CSV --label CITY
info FRIENDS.CSV --nodes PEOPLE.CSV --map OUT.csv
info GRAPH.GML
info MATRIX.MTX
info PAJEK.NET
rings karate --hop 2 --norm sym -o OUT.npz
rings GRAPH.GML --hop 2 --norm row -o OUT.mtx
hops FRIENDS.CSV --nodes PEOPLE.CSV -o OUT.npz -q
audit karate --kernel 3 --dilations 1,2 --plot OUT.svg
train FRIENDS.CSV --nodes PEOPLE.CSV --label CITY --hidden 4 --epochs 5 -q --json --save OUT.safetensors
train set.txt --hidden 4 --layers 1 --epochs 2 -q --json --save OUT.safetensors
train MOLECULES.CSV --target SOLUBILITY --hidden 4 --layers 1 --epochs 2 -q --json --save OUT.safetensors
predict nodes.safetensors FRIENDS.CSV --nodes PEOPLE.CSV -o OUT.csv
predict molecules.safetensors MOLECULES.CSV -o OUT.csv
evaluate nodes.safetensors FRIENDS.CSV --nodes PEOPLE.CSV
evaluate molecules.safetensors MOLECULES.CSV --json
featurize karate -o OUT.npz -q
featurize MOLECULES.CSV -o OUT.npz -q --threads 2
featurize list.smi -o OUT.npz -q
END
check 'a model of nodes' "$khop" train FRIENDS.CSV --nodes PEOPLE.CSV --label CITY --hidden 4 --epochs 5 -q --save nodes.safetensors
check 'a model of molecules' "$khop" train MOLECULES.CSV --target SOLUBILITY --hidden 4 --layers 1 --epochs 2 -q --save molecules.safetensors

# all FOLDER [COMMAND...]: runs each line, behind COMMAND; what comes out of it goes to FOLDER.
all() {
  mkdir "$1"
  folder=$1 number=0
  shift
  while read -r line; do
    number=$((number + 1))
    # shellcheck disable=SC2086
    run timeout 120 "$@" "$khop" $(echo "$line" | sed 's/OUT/out/')
    {
      echo "$line: status $status"
      results "$out"
      cat "$err"
    } >"$folder/$number.text"
    for file in out.*; do [ ! -f "$file" ] || mv "$file" "$folder/$number.$file"; done
  done <commands
}
# alike NAME FOLDER [OPTION]: what came out is what comes out here.
alike() { same "$1: the same bytes" '' "$(diff -rq ${3:-} here "$2" | head -n 5)"; }

all here
same 'each command succeeds' "$(wc -l <commands | tr -d ' ')" "$(grep -l 'status 0$' here/*.text | wc -l | tr -d ' ')"

# --- locales and clocks -------------------------------------------------------------------------------------------

for locale in de_DE tr_TR fa_IR; do
  all $locale env LC_ALL=$locale.UTF-8
  alike "LC_ALL=$locale" $locale
  all $locale.set env LC_ALL=$locale.UTF-8 SURROUNDINGS_LOCALE=1 LD_PRELOAD="$library"
  alike "the locale of the program is $locale" $locale.set --exclude=*.text # which the command prints, not the library
  same "the locale of the program is $locale: each command succeeds" '' "$(grep -L 'status 0$' $locale.set/*.text)"
done
all clock env SURROUNDINGS_CLOCK=1 LD_PRELOAD="$library"
alike 'clocks that jump' clock

# --- limits -------------------------------------------------------------------------------------------------------

all few sh -c 'ulimit -n 24; exec "$@"' limited
alike '24 descriptors' few
all stack sh -c 'ulimit -s 512; exec "$@"' limited
alike 'a stack of 512 kB' stack
echo before >ring.mtx
run sh -c 'ulimit -f 8; exec "$@"' limited "$khop" rings karate --hop 5 --operator ball -o ring.mtx
same 'a file that may not grow: a failure' 1 "$status"
same 'a file that may not grow: a sentence' 'khop rings: ring.mtx: cannot write: File too large' "$(cat "$err")"
same 'a file that may not grow: the old one stays' before "$(cat ring.mtx)"

# --- the check is checked -----------------------------------------------------------------------------------------

check 'a program does get commas' grep -q 'mean [0-9]*,' de_DE.set/1.text
now=$(date +%s)
jumped=$(env SURROUNDINGS_CLOCK=1 LD_PRELOAD="$library" date +%s)
same 'a clock does jump' 1 "$((jumped - now > 3600))"
cp -r here other
echo >>other/1.text
differ 'one line more is seen' '' "$(diff -rq here other)"
finish
