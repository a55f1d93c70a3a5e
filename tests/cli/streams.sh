#!/bin/sh
# streams.sh: what comes out of a pipe is read as a file is: by whichever command, through whichever option, however
# often it opens it and by however many processes; and a standard stream that is closed is no place for a file.
. "$(dirname "$0")/tap.sh"

# --- what is read --------------------------------------------------------------------------------------

paths_and_cycles >set.txt
awk 'BEGIN { split("C N O", atom, " "); print "smiles,solubility"; for (i = 0; i < 1500; i++) { s = "CC"
  for (k = i; k; k = int(k / 3)) s = s atom[k % 3 + 1]
  print s "," length(s) + i % 3 } }' >molecules.csv
awk 'NR > 1 { split($0, f, ","); print f[1] }' molecules.csv >molecules.smi
awk 'BEGIN { for (i = 0; i < 30; i++) print i, (i + 1) % 30; for (i = 0; i < 15; i++) print i, i + 15 }' >edges.txt
awk 'BEGIN { print "id,age,club"; for (i = 0; i < 30; i++) print i "," i * 7 % 50 "," (i % 2 ? "red" : "blue") }' >nodes.csv
awk 'BEGIN { print "graph,kind"; for (g = 0; g < 40; g++) print g "," (g % 2 ? "cycle" : "path") }' >labels.csv
awk 'BEGIN { split("web mail file chat", w, " "); for (i = 0; i < 60; i++)
  printf "Package: p%02d\nSection: %s\nDepends: p%02d\nDescription: a %s thing%d\n\n", i,
         i % 2 ? "net" : "web", (i + 1) % 60, w[i % 4 + 1], i }' >index.txt
small='--hidden 4 --layers 1 --epochs 1 -q'
# shellcheck disable=SC2086
{
  check 'a model of nodes' "$khop" train edges.txt --nodes nodes.csv --recipe gcn --layers 1 --epochs 1 -q --save nodes.safetensors
  check 'a model of a set' "$khop" train set.txt $small --save set.safetensors
  check 'a model of molecules' "$khop" train molecules.csv --target solubility $small --save molecules.safetensors
  check 'features over hops' "$khop" hops edges.txt --nodes nodes.csv -o hops.npy -q
}
"$khop" rings edges.txt --hop 2 -o ring.mtx >/dev/null

# --- the readers: each reads a file at $1, and says on standard output what came of it -----------------------

written() { "$@" -o "$work/o.$end" >/dev/null && cat "$work/o.$end"; }
figures() { "$@" --json >"$work/figures" && results "$work/figures"; }
info_txt() { "$khop" info "$1"; }
info_mtx() { "$khop" info "$1"; }
info_csv() { "$khop" info edges.txt --nodes "$1"; }
rings_txt() { end=mtx; "$khop" rings "$1" --hop 2 -o "$work/o.mtx" >/dev/null && cat "$work/o.mtx"; }
hops_txt() { end=npy; written "$khop" hops "$1"; }
audit_txt() { "$khop" audit "$1" --kernel 3 --dilations 1,2; }
train_txt() { figures "$khop" train "$1" --nodes nodes.csv --recipe gcn --epochs 2 -q; }
train_nodes_csv() { figures "$khop" train edges.txt --nodes "$1" --recipe gcn --epochs 2 -q; }
train_hops_npy() { figures "$khop" train edges.txt --nodes nodes.csv --hop-features "$1" --batch 8 --epochs 2 -q; }
train_set_txt() { figures "$khop" train "$1" --hidden 4 --layers 1 --epochs 2 -q; }
train_labels_csv() { figures "$khop" train set.txt --graph-labels "$1" --label kind --hidden 4 --layers 1 --epochs 2 -q; }
train_molecules_csv() { figures "$khop" train "$1" --target solubility --hidden 4 --layers 1 --epochs 1 -q; }
predict_model_safetensors() { end=csv; written "$khop" predict "$1" edges.txt --nodes nodes.csv; }
predict_txt() { end=csv; written "$khop" predict nodes.safetensors "$1" --nodes nodes.csv; }
predict_set_txt() { end=csv; written "$khop" predict set.safetensors "$1"; }
predict_molecules_csv() { end=csv; written "$khop" predict molecules.safetensors "$1"; }
explain_model_safetensors() { end=csv; written "$khop" explain "$1" edges.txt --nodes nodes.csv --node 3; }
explain_txt() { "$khop" explain nodes.safetensors "$1" --nodes nodes.csv --node 3; }
explain_nodes_csv() { "$khop" explain nodes.safetensors edges.txt --nodes "$1" --node 3; }
evaluate_model_safetensors() { "$khop" evaluate "$1" edges.txt --nodes nodes.csv; }
evaluate_molecules_csv() { "$khop" evaluate molecules.safetensors "$1"; }
featurize_smi() { end=npz; written "$khop" featurize "$1" --threads 4; }
featurize_csv() { end=npz; written "$khop" featurize "$1" --threads 4 --features ring --hops 0-3; }
smiles_smi() { end=csv; written "$khop" smiles "$1"; }
featurize_txt() { end=npz; written "$khop" featurize "$1"; }
featurize_model_safetensors() { end=npz; written "$khop" featurize molecules.csv --model "$1"; }
data_txt() { end=npz; "$khop" data build debian --from "$1" -q -o "$work/o.npz" >/dev/null && cat "$work/o.npz"; }
reads='info_txt:edges.txt info_mtx:ring.mtx info_csv:nodes.csv rings_txt:edges.txt hops_txt:edges.txt audit_txt:edges.txt
  train_txt:edges.txt train_nodes_csv:nodes.csv train_hops_npy:hops.npy train_set_txt:set.txt train_labels_csv:labels.csv
  train_molecules_csv:molecules.csv predict_model_safetensors:nodes.safetensors predict_txt:edges.txt
  predict_set_txt:set.txt predict_molecules_csv:molecules.csv explain_model_safetensors:nodes.safetensors
  explain_txt:edges.txt explain_nodes_csv:nodes.csv evaluate_model_safetensors:nodes.safetensors
  evaluate_molecules_csv:molecules.csv featurize_smi:molecules.smi featurize_csv:molecules.csv
  smiles_smi:molecules.smi featurize_txt:edges.txt featurize_model_safetensors:molecules.safetensors data_txt:index.txt'

# --- each of them, out of a pipe ---------------------------------------------------------------------------

# What waits for ever is ended.
printf '#!/bin/sh\nexec timeout 60 "%s" "$@"\n' "$khop" >limited && chmod +x limited
command=$khop khop=$work/limited

mkdir there
for pair in $reads; do
  reader=${pair%%:*} file=${pair#*:}
  cp "$file" "there/$file"
  run "$reader" "there/$file"
  same "$reader: of a file" 0 "$status"
  cp "$out" expected
  rm -f "there/$file"
  mkfifo "there/$file"
  cat "$file" >"there/$file" &
  writer=$!
  run "$reader" "there/$file"
  kill "$writer" 2>/dev/null
  wait "$writer" 2>/dev/null
  same "$reader: of a pipe" 0 "$status"
  check "$reader: reads the same out of a pipe" cmp expected "$out"
  rm -f "there/$file"
done

# --- streams without a name of their own --------------------------------------------------------------------

"$command" info edges.txt --nodes nodes.csv >expected 2>/dev/null
check 'an edge list on standard input' sh -c 'cat edges.txt | "$0" info - --format edges --nodes nodes.csv >seen' "$khop"
same 'is read as the file is' "$(sed 's/^edges:/-:/' expected)" "$(cat seen)"
check 'an edge list at /dev/stdin' sh -c 'cat edges.txt | "$0" info /dev/stdin --format edges --nodes nodes.csv >seen' "$khop"
same 'is read so too' "$(sed 's/^edges:/stdin:/' expected)" "$(cat seen)"
check 'a table at -' sh -c 'cat nodes.csv | "$0" info edges.txt --nodes - >seen' "$khop"
same 'a table on standard input is read as the file is' "$(cat expected)" "$(cat seen)"
check 'two pipes at once' sh -c 'cat edges.txt | { cat nodes.csv | "$0" info /dev/fd/3 --format edges --nodes /dev/fd/0 \
  >seen; } 3<&0' "$khop"
"$command" predict nodes.safetensors edges.txt --nodes nodes.csv -o a.csv >/dev/null
check 'a model at -' sh -c 'cat nodes.safetensors | "$0" predict - edges.txt --nodes nodes.csv -o b.csv' "$khop"
check 'a model on standard input predicts what it predicts from a file' cmp a.csv b.csv
expect_error 1 'an empty pipe is refused' 'empty' "$khop" info /dev/stdin --format edges
mkfifo there/none.smi
expect_error 1 'and an empty pipe of molecules' 'empty' sh -c ': >"$1" & "$0" featurize "$1" -o x.npz' "$khop" there/none.smi
for folder in /proc/self/fd /nowhere; do
  expect_error 1 "no copy can be kept in $folder" 'cannot keep a copy of what comes out of it' \
    sh -c 'cat edges.txt | TMPDIR=$1 "$0" info /dev/stdin --format edges' "$khop" "$folder"
done

# --- closed streams -----------------------------------------------------------------------------------------

"$command" rings edges.txt --hop 2 -o open.mtx >/dev/null
for closed in '0<&-' '1>&-' '2>&-' '0<&- 1>&-' '0<&- 2>&-' '1>&- 2>&-' '0<&- 1>&- 2>&-'; do
  rm -f closed.mtx none.mtx
  check "with $closed" sh -c "\"\$0\" rings edges.txt --hop 2 -o closed.mtx $closed" "$command"
  check "with $closed the file is the same" cmp open.mtx closed.mtx
  run sh -c "\"\$0\" rings none.txt --hop 2 -o closed.mtx $closed" "$command"
  same "with $closed a failure is one" 1 "$status"
  check "with $closed and a failure the old file stays" cmp open.mtx closed.mtx
done

finish
