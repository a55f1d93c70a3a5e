# options.sh: an option of the data and data that have no use for it: refused with exit 2, and nothing written.
. "$(dirname "$0")/tap.sh"

# --- data of every kind ------------------------------------------------------------------------------

awk 'BEGIN {
  for (i = 0; i < 30; i++) print i, (i + 1) % 30 >"list.txt"
  print "graph [" >"gml.gml"
  for (i = 0; i < 30; i++) printf "node [ id %d club \"%s\" age %d ]\n", i, i % 2 ? "x" : "y", i % 7 >"gml.gml"
  for (i = 0; i < 30; i++) printf "edge [ source %d target %d ]\n", i, (i + 1) % 30 >"gml.gml"
  print "]" >"gml.gml"
  print "20" >"set.txt"
  print "id,kind,part,size" >"kinds.csv"
  for (g = 0; g < 20; g++) {
    print 4, g % 2 >"set.txt"
    for (i = 0; i < 4; i++) print 0, 2, (i + 1) % 4, (i + 3) % 4 >"set.txt"
    printf "%d,%s,%s,%g\n", g, g % 2 ? "odd" : "even", g < 12 ? "train" : g < 16 ? "val" : "test", g / 3 >"kinds.csv"
  }
  print "smiles,y" >"mols.csv"
  for (g = 1; g < 21; g++) { s = ""; for (i = 0; i < g; i++) s = s "C"; print s "," g / 2 >"mols.csv" }
}'
echo '{"directed": false, "nodes": [{"id": 1}, {"id": 2}], "links": [{"source": 1, "target": 2}]}' >open.json
cp "$fixtures/scipy_csr.npz" found.npz
check 'a model of nodes' "$khop" train gml.gml -q --epochs 2 --save nodes.safetensors
check 'a model of graphs' "$khop" train set.txt -q --epochs 2 --hidden 4 --layers 1 --save graphs.safetensors
check 'a model of molecules' "$khop" train mols.csv --target y -q --epochs 2 --hidden 4 --layers 1 --save mols.safetensors

# --- the table -------------------------------------------------------------------------------------------

# An option, and the files that have no use for it.
cat >table <<'END'
--label kind|set.txt
--split-column part|set.txt
--target size|set.txt
--masks geom_|list.txt gml.gml open.json set.txt mols.csv
--directed-links|list.txt gml.gml open.json set.txt mols.csv
--directed|gml.gml found.npz set.txt mols.csv
--ids position|gml.gml found.npz open.json set.txt mols.csv
--format edges|set.txt mols.csv
--nodes kinds.csv|set.txt
--features age|set.txt mols.csv
--exclude age|set.txt mols.csv
--name club|set.txt mols.csv
--missing mean|set.txt mols.csv
--smiles-column smiles|list.txt gml.gml found.npz set.txt
--graph-labels kinds.csv|list.txt gml.gml found.npz
END

# arguments COMMAND FILE: a line that would succeed without the option, for a command that takes such a file.
arguments() {
  case $1,$2 in
    train,mols.csv) echo "train mols.csv --smiles-column smiles --target y --epochs 2 -q --save keep" ;;
    train,*) echo "train $2 --epochs 2 -q --save keep" ;;
    info,mols.csv) echo ;; # a table of edges, unless an option says otherwise
    info,*) echo "info $2" ;;
    predict,set.txt) echo "predict graphs.safetensors set.txt -o keep.csv" ;;
    predict,mols.csv) echo "predict mols.safetensors mols.csv -o keep.csv" ;;
    predict,gml.gml) echo "predict nodes.safetensors gml.gml -o keep.csv" ;;
    evaluate,set.txt) echo "evaluate graphs.safetensors set.txt" ;;
    evaluate,mols.csv) echo "evaluate mols.safetensors mols.csv" ;;
    evaluate,gml.gml) echo "evaluate nodes.safetensors gml.gml" ;;
    explain,gml.gml) echo "explain nodes.safetensors gml.gml --node 1 -o keep.csv" ;;
    explain,*) echo ;;
    rings,set.txt | rings,mols.csv | hops,set.txt | hops,mols.csv | audit,set.txt | audit,mols.csv) echo ;;
    rings,*) echo "rings $2 --hop 1 -o keep.mtx" ;;
    hops,*) echo "hops $2 -o keep.npy" ;;
    audit,*) echo "audit $2 --kernel 2 --dilations 1" ;;
    featurize,set.txt) echo "featurize set.txt --model graphs.safetensors -o keep.npz" ;;
    featurize,*) echo "featurize $2 -o keep.npz" ;;
  esac
}

tried=0
while IFS='|' read -r option files; do
  name=${option%% *}
  for file in $files; do
    for command in info train predict evaluate explain rings hops audit featurize; do
      line=$(arguments $command $file)
      case $line in '') continue ;; esac
      case $command,$option in featurize,--features*) continue ;; esac # of molecules, there
      run "$khop" $line $option
      tried=$((tried + 1))
      seen="$status $(grep -c -e "$name" "$err") $(wc -l <"$err" | tr -d ' ') $(ls keep* 2>/dev/null)"
      [ "$seen" = '2 1 1 ' ] || not_ok "khop $command refuses $option of $file in one sentence" "$seen"
    done
  done
done <table
check "$tried pairs of options and data were tried" test "$tried" -gt 150

# --- what is used is not refused -------------------------------------------------------------------------

check 'a set with its table has labels' "$khop" train set.txt --graph-labels kinds.csv --label kind --split-column part -q --epochs 2
check 'and targets' "$khop" info set.txt --graph-labels kinds.csv --target size
check 'a list has a direction and ids' "$khop" rings list.txt --hop 1 --directed --ids position
check 'JSON may have none' "$khop" info open.json --directed
check 'a format that is named decides' "$khop" info gml.gml --format gml
check 'molecules have a column' "$khop" predict mols.safetensors mols.csv --smiles-column smiles -o p.csv
check 'a list that is packed is one' sh -c "gzip -c list.txt >packed.txt.gz && '$khop' info packed.txt.gz --ids position"
check 'attributes are features' "$khop" hops gml.gml -o h.npy --label club --features age --missing mean
rm -f h.npy p.csv

# --- options of one graph's training, of one command ---------------------------------------------------------

for option in '--split 0' '--hop-features h.npy' '--sample 3' '--concat yes' '--self-loop yes' '--teleport 0.1' \
              '--row-normalize yes' '--form stored'; do
  expect_error 2 "a set is not trained with $option" "^khop train: ${option%% *} is for one graph, and set.txt is a set of graphs" \
    "$khop" train set.txt $option -q --epochs 2
done
expect_error 2 'columns without a model' '--columns' "$khop" train gml.gml --columns by-position
expect_error 2 'columns without a model to match' '--columns' "$khop" featurize gml.gml -o f.npz --columns by-position
expect_error 2 'rings of a set' '--max-hop goes with one graph' "$khop" info set.txt --max-hop 2
expect_error 2 'a search of a set' '--exact goes with one graph' "$khop" info set.txt --exact
expect_error 2 'a direction of a set' '--direction' "$khop" info set.txt --direction in
expect_error 2 'a norm of molecules' '--norm' "$khop" featurize mols.csv -o f.npz --norm row
expect_error 2 'a norm of what was learned' '--norm' "$khop" featurize set.txt --model graphs.safetensors -o f.npz --norm row
expect_error 2 'rows beside a set' '--hop-features' "$khop" predict graphs.safetensors set.txt -o p.csv --hop-features h.npy
for option in '--format gml' '--directed' '--ids position' '--direction in' '--memory 1G'; do
  expect_error 2 "an audit without a graph, $option" "^khop audit: ${option%% *} .*give DATA" "$khop" audit --dilations 1,2 $option
done
for command in 'rings gml.gml --hop 1' 'audit gml.gml --dilations 1'; do
  for option in '--label club' '--split-column part' '--masks geom_' '--split-seed 1'; do
    expect_error 2 "no labels and splits in khop $command: $option" "there is no option ${option%% *}" "$khop" $command $option
  done
done

finish
