# data.sh: what khop makes of data as people have them: columns by name, roles by values, missing ones.
. "$(dirname "$0")/tap.sh"
cases=$fixtures/cases/graphs

# right FILE.csv: the share of rows whose label is predicted.
right() { awk -F, 'NR == 1 { for (c = 1; c <= NF; c++) if ($c == "predicted") p = c } NR > 1 { n += $p == $NF }
  END { printf "%.2f", n / (NR - 1) }' "$1"; }

# --- what is not read is told -----------------------------------------------------------------------

same 'the notes of a graph stand in the JSON of info' 'edge weights are ignored' \
  "$("$khop" info "$cases/attribute.net" --max-hop 0 --json 2>/dev/null | tr '"' '\n' | grep '^edge weights')"

# --- columns are matched by name ------------------------------------------------------------------

check 'a model of three named columns' "$khop" train "$cases/columns_a.graphml" -q --epochs 100 --save a.safetensors
check 'predicts its own data' "$khop" predict a.safetensors "$cases/columns_a.graphml" -o a.csv
check 'and those in another order' "$khop" predict a.safetensors "$cases/columns_b_reordered.graphml" -o b.csv
check 'the same' cmp a.csv b.csv
same 'and rightly' 1.00 "$(right b.csv)"
expect_error 1 'other names are refused with both lists' 'trained on gamma, beta, alpha, which the data lack; they have zeta, epsilon, delta' \
  "$khop" predict a.safetensors "$cases/columns_c_renamed.graphml" -o c.csv
same 'and nothing is written' 'c.csv*' "$(echo c.csv*)"
check 'by position they are taken' "$khop" predict a.safetensors "$cases/columns_c_renamed.graphml" -o c.csv --columns by-position
expect_error 2 'a way that is none' "not a way to match columns: 'x'" "$khop" predict a.safetensors karate -o x.csv --columns x
expect_error 1 'no features for a model that has some' 'no features .*trained on 3: gamma, beta, alpha' \
  "$khop" predict a.safetensors karate -o x.csv
check 'a training goes on with the columns in another order' \
  "$khop" train "$cases/columns_b_reordered.graphml" -q --resume a.safetensors --save b.safetensors
expect_error 1 'but not with others' 'zeta, epsilon, delta' "$khop" train "$cases/columns_c_renamed.graphml" --resume a.safetensors

# one column more, one less, one of another kind, numbers as strings
sed 's/attr.name="alpha" attr.type="double"/attr.name="alpha" attr.type="string"/' "$cases/columns_a.graphml" >retyped.graphml
check 'numbers that stand in strings are numbers' "$khop" predict a.safetensors retyped.graphml -o r.csv
check 'with the same predictions' cmp a.csv r.csv
sed 's/attr.name="alpha"/attr.name="extra"/' "$cases/columns_a.graphml" >renamed.graphml
expect_error 1 'a renamed column is named' 'trained on alpha, which the data lack; they have extra' \
  "$khop" predict a.safetensors renamed.graphml -o x.csv
check 'a model that leaves alpha out' "$khop" train "$cases/columns_a.graphml" -q --epochs 5 --exclude alpha --save two.safetensors
check 'leaves it out in predictions' "$khop" predict two.safetensors "$cases/columns_b_reordered.graphml" -o two.csv
sed 's/.*<data key="d0">.*red.*//; 0,/<data key="d1">[^<]*/s//<data key="d1">nothing/' retyped.graphml |
  sed 's/attr.name="beta" attr.type="double"/attr.name="beta" attr.type="string"/' >words.graphml
expect_error 1 'words for numbers are refused' "'beta' of node 0 is 'nothing', and the model was trained on numbers" \
  "$khop" predict a.safetensors words.graphml -o x.csv

# rows that were divided by their sums in training are so in predictions, which need not be told
check 'a model of rows that are divided by their sums' "$khop" train "$cases/columns_a.graphml" -q --epochs 100 \
  --row-normalize yes --save rows.safetensors
check 'predicts its data' "$khop" predict rows.safetensors "$cases/columns_a.graphml" -o rows.csv
awk '{ while (match($0, />-?[0-9]+\.[0-9]+</)) { printf "%s%.17g", substr($0, 1, RSTART), 4 * substr($0, RSTART + 1, RLENGTH - 2)
  $0 = substr($0, RSTART + RLENGTH - 1) } print }' "$cases/columns_a.graphml" >four_times.graphml
same 'the numbers are others' differ "$(cmp -s "$cases/columns_a.graphml" four_times.graphml || echo differ)"
check 'and those with every number four times as large' "$khop" predict rows.safetensors four_times.graphml -o four.csv
check 'the same' cmp rows.csv four.csv

# --- folders ----------------------------------------------------------------------------------------

folders=$fixtures/folders
for folder in geom film ogb; do
  check "a model of the folder $folder" "$khop" train "$folders/$folder" -q --epochs 3 --save $folder.safetensors
  check 'predicts it' "$khop" predict $folder.safetensors "$folders/$folder/" -o $folder.csv
done
expect_error 1 'a folder of no form is named' 'no form that khop reads' "$khop" info "$folders"
: >a.pt
expect_error 1 'a pickle of PyTorch is refused with what to save' 'a.pt: a pickle of PyTorch.*numpy.savez' "$khop" train a.pt

# a checkpoint as an older khop wrote it
sed 's/note.schema/note.schemb/' a.safetensors >old.safetensors
check 'a checkpoint without a schema predicts' "$khop" predict old.safetensors "$cases/columns_a.graphml" -o old.csv
same 'and warns in one line' 1 "$("$khop" predict old.safetensors "$cases/columns_a.graphml" -o old.csv 2>&1 >/dev/null |
  grep -c 'without a schema.*by their position')"

# The set has each edge once, which is told in a line of its own; here it has both directions.
mkdir both && cp "$cases"/labels_50_9/* both/
awk -F', *' '{ print $1 ", " $2; print $2 ", " $1 }' "$cases/labels_50_9/labels_50_9_A.txt" >both/labels_50_9_A.txt
check 'edges in one direction are told' sh -c '"$1" info "$2" 2>&1 | grep -q "330 of its 330 edges stand in one direction"' \
  - "$khop" "$cases/labels_50_9"
check 'a model of a set with node labels 5 and 9' "$khop" train "$cases/labels_5_9" -q --epochs 3 --save l.safetensors
check 'predicts it' "$khop" predict l.safetensors "$cases/labels_5_9" -o l.csv
expect_error 1 'a node label that was never seen' 'both: node label: 50 was never seen in training; missing: 5' \
  "$khop" predict l.safetensors both -o x.csv
expect_error 1 'nor in learned features' '50 was never seen' \
  "$khop" featurize both --model l.safetensors -o x.npz

# identity features are those of the nodes that were trained on, by name and order
printf 'graph [ %s ]\n' 'node [ id 0 label "a" club "x" ] node [ id 1 label "b" club "y" ] node [ id 2 label "c" club "x" ]
  node [ id 3 label "d" club "y" ] node [ id 4 label "e" club "x" ] edge [ source 0 target 1 ] edge [ source 2 target 3 ]' >five.gml
check 'a model without features' "$khop" train five.gml -q --epochs 3 --save five.safetensors
check 'predicts its own nodes' "$khop" predict five.safetensors five.gml -o five.csv
sed 's/label "b"/label "z"/' five.gml >other.gml
expect_error 1 'but no others' 'trained on 5 other nodes, or in another order' "$khop" predict five.safetensors other.gml -o x.csv
sed 's/"a"/"t"/; s/"b"/"a"/; s/"t"/"b"/' five.gml >permuted.gml
expect_error 1 'nor the same in another order' '5 other nodes, or in another order' "$khop" predict five.safetensors permuted.gml -o x.csv
sed 's/node . id 4 label "e" club "x" .//' five.gml >four.gml
expect_error 1 'nor fewer' '4 nodes without features, and the model was trained on 5 others' "$khop" predict five.safetensors four.gml -o x.csv

# --- roles by values ------------------------------------------------------------------------------

expect_output 'a label that differs at every node is a name' 'classes  *2: 0 \(17\), 1 \(17\)' "$khop" info "$cases/karate_class.gml"
expect_output 'and class no feature' 'features  *34 a node \(none in the file' "$khop" info "$cases/karate_class.gml"
expect_error 1 'nothing to learn' 'no split' "$khop" train "$cases/label_is_a_name.gml"
expect_output 'two names are no classes' 'features  *2 a node \(none' "$khop" info "$cases/label_is_a_name.gml"
run "$khop" info "$cases/layout.graphml"
check 'a layout has one feature' grep -Eq 'age  *number' "$out"
check 'weights of its edges are told' grep -q 'layout.graphml: edge weights are ignored$' "$err"
run "$khop" info "$cases/layout_nolabel.graphml"
check 'and says what is none' grep -Eq 'note  *r, g, b, x, y, size: a layout, not used' "$out"
run "$khop" info "$cases/layout.graphml" --target y
check 'y of a layout is asked for' grep -Eq 'targets  *1: y' "$out"
expect_output 'coordinates of Pajek are no features' 'features  *8 a node \(none' "$khop" info "$cases/coords.net"
expect_output 'unless they are named' 'features  *2 a node' "$khop" info "$cases/coords.net" --features x,y
expect_output 'no features on request' 'features  *60 a node \(none' "$khop" info "$cases/columns_a.graphml" --features none
expect_error 1 'case is told' "no vertex attribute 'Alpha' .*there is 'alpha'" "$khop" info "$cases/columns_a.graphml" --features Alpha
expect_error 1 'a label and a target' "one of them is learned" "$khop" info "$cases/columns_a.graphml" --label label --target alpha

# --- missing values -------------------------------------------------------------------------------

expect_output 'info counts what is missing' 'age  *number \(1 missing\)' "$khop" info "$cases/missing.gml"
check 'rings need no feature' "$khop" rings "$cases/missing.gml" --hop 1
check 'nor does an audit' "$khop" audit "$cases/missing.gml"
expect_error 1 'features say how many are missing and what to do' "'age' of node 1 is missing.* of 1 of the 2 nodes: --missing mean" \
  "$khop" hops "$cases/missing.gml" -o x.npy
check 'a mean and an indicator' "$khop" hops "$cases/missing.gml" --hops 0 -o filled.npy --missing mean
same 'of two columns' 30,0,30,1, "$(tail -c 16 filled.npy | od -An -tf4 | tr -s ' \n' ',' | sed 's/^,//')"
check 'or zero' "$khop" hops "$cases/missing.gml" --hops 0 -o filled.npy --missing zero
same 'in its place' 30,0,0,1, "$(tail -c 16 filled.npy | od -An -tf4 | tr -s ' \n' ',' | sed 's/^,//')"
check 'or left out' "$khop" hops "$cases/missing.gml" --hops 0 -o filled.npy --exclude age

# --- archives as others write them ----------------------------------------------------------------

# shows NAME REGEX FILE: khop info shows it.
shows() { expect_output "$1: $2" "$2" "$khop" info "$cases/$3" --max-hop 0; }
for form in csc coo edge_index x_and_y labels_float labels_onehot masks_plural split_index; do
  shows "$form" '60 nodes, 269 edges, undirected' "$form.npz"
done
for form in edge_index x_and_y labels_float labels_onehot masks_plural split_index; do
  shows "$form" 'features  *3 a node, dense' "$form.npz"
  shows "$form" 'classes  *3: 0 \(20\), 1 \(20\), 2 \(20\)' "$form.npz"
done
shows 'masks of either orientation' 'splits  *5; training, validation, test: 30, 15, 15 nodes in the first' masks_plural.npz
shows 'ids of nodes' 'splits  *1; training, validation, test: 30, 15, 15 nodes' split_index.npz
shows 'floats' "note  *'labels' holds 3 different floats without fractions: they are taken for classes; --target labels" labels_float.npz
shows 'one-hot' "note  *'labels' is one-hot: 3 classes" labels_onehot.npz
expect_output 'a target that is asked for' 'targets  *1: labels' "$khop" info "$cases/labels_float.npz" --target labels
expect_error 1 'a member that is not there' "has no member 'z'" "$khop" info "$cases/labels_float.npz" --label z
expect_error 1 'features without names' 'have no names to choose by' "$khop" info "$cases/x_and_y.npz" --features a
for form in x_and_y labels_float labels_onehot edge_index; do
  check "$form: trained" "$khop" train "$cases/$form.npz" -q --epochs 20 --save npz.safetensors
  check "$form: its model takes it under other keys" "$khop" predict npz.safetensors "$cases/masks_plural.npz" -o npz.csv
done

# --- sets of graphs, and names in predictions -----------------------------------------------------

expect_output 'a set says its node labels' 'node label  *category of 2: 5, 9' "$khop" info "$cases/labels_5_9"
expect_output 'and its classes' 'classes  *2: -1 \(30\), 1 \(30\)' "$khop" info "$cases/labels_5_9"
expect_output 'in JSON too' '"vocabulary":.*"9", "50"' "$khop" info "$cases/labels_50_9" --json
cat >dogs.gml <<'GML'
graph [ node [ id 0 label "ann" club "x" kind "dog" w 1 ] node [ id 1 label "bob" club "y" kind "cat" w 2 ]
  node [ id 2 label "cid" club "x" kind "dog" ] node [ id 3 label "dan" club "y" w 7 ]
  edge [ source 0 target 1 ] edge [ source 1 target 2 ] edge [ source 2 target 3 ] ]
GML
expect_output 'strings with few values are a category' 'kind  *category of 2: cat, dog \(1 missing\)' "$khop" info dogs.gml
expect_output 'club is the class where label is a name' 'classes  *2: x \(2\), y \(2\)' "$khop" info dogs.gml
check 'a model of a category and a number that is missing once' \
  "$khop" train dogs.gml -q --epochs 3 --missing mean --save dogs.safetensors
check 'treats what is missing as it did' "$khop" predict dogs.safetensors dogs.gml -o dogs.csv
same 'nodes have their names' 'ann bob cid dan' "$(tail -n +2 dogs.csv | cut -d, -f2 | tr '\n' ' ' | sed 's/ $//')"
sed 's/"cat"/"bird"/' dogs.gml >birds.gml
expect_error 1 'a word that was never seen' 'kind: bird was never seen in training; missing: cat: the model knows cat, dog' \
  "$khop" predict dogs.safetensors birds.gml -o birds.csv
sed 's/kind "cat"//; s/w 1//' dogs.gml >fewer.gml
check 'fewer words and more missing ones' "$khop" predict dogs.safetensors fewer.gml -o fewer.csv
expect_error 1 'a score over no node' 'leaves none to test on' "$khop" train dogs.gml -q --label label --features none

finish
