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
expect_error 2 'ranks of a set' '--ranks goes with one graph' "$khop" info set.txt --ranks 2
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

# --- links with a direction, and masks by two prefixes ---------------------------------------------------------

two=$fixtures/found_two_links.npz
for command in "train $two --masks geom_ -q" "rings $two --hop 1" "hops $two -o h.npy" "info $two" "audit $two --dilations 1"; do
  for direction in out in; do
    expect_error 2 "khop ${command%% *} --direction $direction of links read without one" \
      "^khop ${command%% *}: --direction $direction: the links of .*found_two_links.npz were read without a direction; --directed-links" \
      "$khop" $command --direction $direction
  done
  check "khop ${command%% *} --direction all says no more than what is there" "$khop" $command --direction all
  check "khop ${command%% *} --direction of links that have one" "$khop" $command --directed-links --direction in
done
rm -f h.npy
expect_error 1 'masks that are there are named' \
  "found_two_links.npz: has no member 'geomtrain_mask': the masks that there are begin with '(geom_', 'fixed_|fixed_', 'geom_)'$" \
  "$khop" train "$two" --masks geom
expect_error 1 'or that there are none' "found_bytes.npz: has no member 'geomtrain_mask', nor any other train_mask$" \
  "$khop" train "$fixtures/found_bytes.npz" --masks geom

# --- options that a recipe does not read ------------------------------------------------------------------------

# unread OPTION|RECIPE|what is said
while IFS='|' read -r option recipe said; do
  # shellcheck disable=SC2086
  expect_error 2 "$recipe does not read $option" "^khop train: ${option%% *}: $said" \
    timeout 20 "$khop" train karate --recipe $recipe $option --epochs 100000000 --patience never
done <<'END'
--teleport 0.1|dilated|the recipe dilated has no use for it; others have: ring
--teleport 0.1|mixhop|the recipe mixhop has no use for it; others have: ring
--teleport 0.1|gcn|the recipe gcn has no use for it; others have: ring
--teleport 0.1|mlp|the recipe mlp has no use for it; others have: ring
--concat no|ring|the recipe ring has no use for it; others have: .*mixhop.*gcn.*mlp
--concat yes|dilated|the recipe dilated has no use for it; others have: .*mixhop.*gcn.*mlp
--weights separable|ring|the recipe ring has no use for it; others have: .*dilated.*mixhop.*molecule
--norm row|mlp|the recipe mlp with hop 0 alone looks at no graph
--direction out|mlp|the recipe mlp with hop 0 alone
--operator ball|mlp|the recipe mlp with hop 0 alone
--self-loop yes|mlp|the recipe mlp with hop 0 alone
--dilations 1,2|mlp|the recipe mlp with hop 0 alone
--sample 3|mlp|the recipe mlp with hop 0 alone
--form stored|mlp|the recipe mlp with hop 0 alone
--norm row --hops 0|ring|the recipe ring with hop 0 alone
--hops 0,1|mlp|the recipe mlp is the one without a graph
--hops 1|mlp|the recipe mlp is the one without a graph
--hidden 8 --layers 1|gcn|one layer .--layers 1. of the recipe gcn
--dropout 0.1 --layers 1|mlp|one layer .--layers 1. of the recipe mlp
--activation tanh --layers 1|gcn|one layer .--layers 1. of the recipe gcn
--dilations 1,2 --layers 1|ring|2 factors for 1 layer .--layers.
--delay 2|gcnii|the recipe gcnii has no use for it; others have: drew
--lambda 1|drew|the recipe drew has no use for it; others have: gcnii
--layers 3|fsgnn|the recipe fsgnn has no use for it; others have: .*gcnii
--layers 3 --hops 0,1,2|gprgnn|with 3 hops .--hops. the recipe gprgnn takes rings, and no powers of one
--dilations 1,2|gcnii|the recipe gcnii has no use for it; others have: ring, dilated
--direction in|dir|the recipe dir has no use for it
--hops 1-5|drew|hop 5 is beyond the 4 layers .--layers. of the recipe drew
--self-loop yes|spmpnn|the recipe spmpnn has no use for it
--dilations 1,2,4 --layers 2|dilated|3 factors for 2 layers
END
train="$khop train karate --epochs 2 -q"
for options in '--recipe mlp --hops 0' '--recipe mlp --hidden 8' '--recipe ring --self-loop yes' '--recipe ring --hops 0' \
               '--recipe mixhop --layers 1 --hidden 8' '--recipe gcn --weights separable' '--recipe dilated --layers 2' '--recipe gprgnn --hops 0-3'; do
  # shellcheck disable=SC2086
  check "$options is read" $train $options
done
expect_error 2 'what is unread in a candidate' '^khop train: --candidate: --teleport: the recipe molecule has no use for it' \
  "$khop" train set.txt --protocol nested --candidate 'teleport=0.5' -q --epochs 2
expect_error 2 'patience where the last epoch counts' '^khop train: --patience: the weights of the last epoch are kept' \
  "$khop" train set.txt --keep last --patience 5 -q --epochs 2
expect_error 2 'a choice of the epoch where the last counts' '^khop train: --select: the weights of the last epoch are kept' \
  "$khop" train set.txt --keep last --select loss -q --epochs 2
expect_error 2 'paths of no types' '^khop train: --paths: with --bonds no' "$khop" train set.txt --bonds no --paths 1 -q
check 'rows of hops' "$khop" hops karate -o karate.npy
expect_error 2 'rows that are normalised already' '^khop train: --row-normalize: with --hop-features that was settled' \
  "$khop" train karate --hop-features karate.npy --row-normalize yes
rm -f karate.npy

# --- layers and dilations, in either order ------------------------------------------------------------------------

layers() { # OPTIONS: the dilated model's convolutions, and their hops at each
  "$khop" train karate --recipe dilated --hops 0,1 --epochs 2 -q --save stack.safetensors "$@" >/dev/null &&
    sed -n 's/\\//gp' stack.safetensors | grep -ao '"hops":\[[0-9,]*\]' | tr '\n' ' '
}
in_turn='"hops":[0,1] "hops":[0,2] "hops":[0,1] '
same 'layers after dilations: taken in turn' "$in_turn" "$(layers --dilations 1,2 --layers 3)"
same 'layers before dilations: the same' "$in_turn" "$(layers --layers 3 --dilations 1,2)"
same 'dilations alone: a layer each' '"hops":[0,1] "hops":[0,3] ' "$(layers --dilations 1,3)"
same 'layers alone: those of the recipe' '"hops":[0,1] "hops":[0,2] ' "$(layers --layers 2)"
check 'a model keeps both' "$khop" train karate --recipe dilated --layers 3 --dilations 1,2 --epochs 2 -q --save stack.safetensors
check 'and goes on with both' "$khop" train karate --resume stack.safetensors --epochs 3 -q
check 'also where one is repeated' "$khop" train karate --resume stack.safetensors --dilations 1,2 --epochs 3 -q
rm -f stack.safetensors

finish
