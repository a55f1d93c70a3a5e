#!/bin/sh
# outputs.sh: whatever khop writes, by whichever command: a link stays a link and a pipe a pipe, a file keeps its
# mode, nobody's file is in the way of a temporary one, a full disk is told, a name may hold anything.
. "$(dirname "$0")/tap.sh"

# --- what is written from -----------------------------------------------------------------------------

paths_and_cycles >set.txt
awk 'BEGIN { split("web mail file chat", w, " "); for (i = 0; i < 60; i++)
  printf "Package: p%02d\nSection: %s\nDepends: p%02d\nDescription: a %s thing%d\n\n", i,
         i % 2 ? "net" : "non-free/libs", (i + 1) % 60, w[i % 4 + 1], i }' >index
awk 'BEGIN { print "smiles,\"lo\"\"g\",plain"; for (i = 0; i < 20; i++) { s = "C"; for (k = 0; k < i % 7; k++) s = s "C"
  print s "O," i % 7 "," i % 3 } }' >molecules.csv
small='--hidden 4 --layers 1 --epochs 1 -q'
# shellcheck disable=SC2086
{
  check 'a model of nodes' "$khop" train karate --recipe gcn --hidden 4 --epochs 1 -q --save nodes.safetensors
  check 'a model of a set' "$khop" train set.txt $small --save set.safetensors
}

# --- the writers: each writes a file at $1 --------------------------------------------------------------

rings_mtx() { "$khop" rings karate --hop 2 -o "$1"; }
rings_npz() { "$khop" rings karate --hop 2 -o "$1"; }
hops_npy() { "$khop" hops karate -o "$1" -q; }
train_safetensors() { "$khop" train karate --recipe gcn --hidden 4 --epochs 1 -q --save "$1"; }
train_set_safetensors() { "$khop" train set.txt $small --save "$1"; }
predict_npy() { "$khop" predict nodes.safetensors karate -o "$1"; }
predict_csv() { "$khop" predict nodes.safetensors karate -o "$1"; }
predict_npz() { "$khop" predict nodes.safetensors karate -o "$1"; }
predict_set_npz() { "$khop" predict set.safetensors set.txt -o "$1"; }
hops_npz() { "$khop" hops karate -o "$1" -q; }
info_csv() { "$khop" info karate --map "$1"; }
predict_set_npy() { "$khop" predict set.safetensors set.txt -o "$1"; }
predict_set_csv() { "$khop" predict set.safetensors set.txt -o "$1"; }
predict_set_tsv() { "$khop" predict set.safetensors set.txt -o "$1"; }
explain_csv() { "$khop" explain nodes.safetensors karate --node 8 -o "$1"; }
explain_tsv() { "$khop" explain nodes.safetensors karate --node 8 -o "$1"; }
explain_npz() { "$khop" explain nodes.safetensors karate --node 8 -o "$1"; }
explain_svg() { "$khop" explain nodes.safetensors karate --node 8 --plot "$1"; }
explain_png() { "$khop" explain nodes.safetensors karate --node 8 --plot "$1"; }
evaluate_svg() { "$khop" evaluate nodes.safetensors karate --plot "$1"; }
evaluate_png() { "$khop" evaluate nodes.safetensors karate --plot "$1"; }
featurize_npz() { "$khop" featurize karate -o "$1" -q; }
featurize_features_npz() { "$khop" featurize "$fixtures/bad/good.npz" -o "$1" -q; }
featurize_model_npz() { "$khop" featurize set.txt --model set.safetensors -o "$1" -q; }
audit_svg() { "$khop" audit --kernel 3 --dilations 1,2,5 --plot "$1"; }
audit_png() { "$khop" audit --kernel 3 --dilations 1,2,5 --plot "$1"; }
audit_graph_svg() { "$khop" audit karate --kernel 3 --dilations 2 --plot "$1"; }
audit_filter_svg() { "$khop" audit --filter 0.25,0.5,0.25 --dilations 2,4 --plot "$1"; }
data_npz() { "$khop" data build debian --from index -q -o "$1"; }
molecules_svg() { "$khop" train molecules.csv --target 'lo"g' $small --scatter "$1"; }
molecules_png() { "$khop" train molecules.csv --target 'lo"g' $small --scatter "$1"; }
molecules_csv() { "$khop" predict molecules.safetensors molecules.csv -o "$1"; }
smiles_csv() { "$khop" smiles molecules.csv -o "$1" -q; }
molecules_npz() { "$khop" featurize molecules.csv -o "$1" -q; }
writers='rings_mtx rings_npz hops_npy hops_npz info_csv predict_npz predict_set_npz train_safetensors train_set_safetensors predict_npy predict_csv predict_set_npy
  predict_set_csv predict_set_tsv explain_csv explain_tsv explain_npz explain_svg explain_png evaluate_svg evaluate_png featurize_npz featurize_features_npz featurize_model_npz audit_svg audit_png
  audit_graph_svg audit_filter_svg data_npz'
# shellcheck disable=SC2086
run "$khop" train molecules.csv --target 'lo"g,plain' $small --save molecules.safetensors
writers="$writers molecules_svg molecules_png molecules_csv molecules_npz smiles_csv"
check 'a table of molecules' molecules_csv quoted.csv
same 'names of columns are quoted where they must be' 'row,smiles,"predicted lo""g",predicted plain,"target lo""g",target plain,outside,reason' \
  "$(head -n 1 quoted.csv)"
same 'a row a molecule' 21 "$(wc -l <quoted.csv | tr -d ' ')"
check 'a table of nodes' predict_csv nodes.csv
same 'classes of nodes stand by their names' 'node,predicted,probability of Mr. Hi,probability of Officer,label' \
  "$(head -n 1 nodes.csv)"
same 'a row a node, below the names of the columns' 35 "$(wc -l <nodes.csv | tr -d ' ')"
same 'the class predicted is the one of the larger probability, and probabilities add up to 1' '' "$(awk -F, 'NR > 1 {
  if ($2 != ($3 >= $4 ? "Mr. Hi" : "Officer") || !($3 + $4 >= 0.9999 && $3 + $4 <= 1.0001)) print }' nodes.csv)"
same 'the labels are those of the data' '17 17' "$(awk -F, 'NR > 1 {n[$5]++} END {print n["Mr. Hi"], n["Officer"]}' nodes.csv)"
check 'a table with tabs' predict_set_tsv t.tsv
check 'and with commas' predict_set_csv t.csv
same 'holds the same' "$(cat t.csv)" "$(tr '\t' , <t.tsv)"

# --- each of them, everywhere ---------------------------------------------------------------------------

odd=$(printf 'an "odd", name\nof two lines')
listing() { find "$1" ! -type d | sort; }
for writer in $writers; do
  end=${writer##*_}
  mkdir "$writer" "$writer/far"
  plain=$writer/plain.$end
  check "$writer: a new file" "$writer" "$plain"
  same "$writer: a new file has the mode that new files have" "$(: >fresh && ls -l fresh | cut -c 1-10)" \
    "$(ls -l "$plain" | cut -c 1-10)"

  file=$writer/far/x.$end
  echo before >"$file" && chmod 600 "$file"
  ln -s "far/x.$end" "$writer/link.$end"
  for ending in .part .tmp .new '~'; do
    echo theirs >"$file$ending"
    echo theirs >"$writer/link.$end$ending"
  done
  listing "$writer" >listed
  check "$writer: through a link" "$writer" "$writer/link.$end"
  same "$writer: the link is a link" "far/x.$end" "$(readlink "$writer/link.$end")"
  check "$writer: the file at its end is the new one" cmp "$plain" "$file"
  same "$writer: and keeps its mode" '-rw-------' "$(ls -l "$file" | cut -c 1-10)"
  same "$writer: the files beside it are as they were" '8 theirs' \
    "$(cat "$file".* "$file~" "$writer/link.$end".* "$writer/link.$end~" 2>&1 | sort | uniq -c | sed 's/^ *//')"
  same "$writer: no file more or less" "$(cat listed)" "$(listing "$writer")"

  mkfifo "$writer/pipe.$end"
  timeout 20 cat "$writer/pipe.$end" >through &
  reader=$!
  "$writer" "$writer/pipe.$end" >"$out" 2>"$err"
  wait $reader
  check "$writer: the pipe is a pipe" test -p "$writer/pipe.$end"
  check "$writer: what came out of it" cmp "$plain" through
  rm "$writer/pipe.$end"

  check "$writer: an odd name" "$writer" "$writer/$odd.$end"
  check "$writer: is that of the file" cmp "$plain" "$writer/$odd.$end"

  if [ -c /dev/full ]; then
    ln -s /dev/full "$writer/full.$end"
    listing "$writer" >listed
    run "$writer" "$writer/full.$end"
    wanted=1 name="$writer: a full disk" regex="^khop [a-z]*: $writer/full.$end: cannot write: No space left"
    check_error
    check "$writer: the link to it is a link" test -L "$writer/full.$end" -a -c /dev/full
    same "$writer: nothing is left of it" "$(cat listed)" "$(listing "$writer")"
  fi
done

# --- and by no other way --------------------------------------------------------------------------------

# writes_alone FOLDER: lines of sources that open or move a file in a way of their own.
writes_alone() {
  (cd "$1" && grep -rnE --include='*.[ch]' \
    '(fopen|freopen) *\([^,]*, *"[^"]*[wa+]|(rename|renameat|creat) *\(|O_CREAT|O_WRONLY|O_RDWR|tempnam' \
    src | grep -v -e '^src/files/outfile\.c:' -e '"/dev/null", O_RDWR')
}
same 'only outfile.c opens files to write, and moves them' '' "$(writes_alone "$root")"
mkdir -p alone/src && echo '  FILE *out = fopen(beside, "w");' >alone/src/a.c
echo '  rename(beside, path);' >alone/src/b.c
same 'a writer of its own is seen' 2 "$(writes_alone alone | wc -l | tr -d ' ')"

finish
