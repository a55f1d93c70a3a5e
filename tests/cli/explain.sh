#!/bin/sh
# explain.sh: khop explain: sums of shares in the table, in JSON and in files; names; what is refused.
. "$(dirname "$0")/tap.sh"

# A path of 60 nodes; the class is whether a node two on is marked, and colours and noise mean nothing.
awk 'BEGIN { print "graph ["
  for (i = 0; i < 60; i++) printf "node [ id %d name \"n%d\" kind \"%s\" mark %d noise %g colour \"%s\" ]\n", i, i,
    (i + 2 < 60 && (i + 2) % 5 == 0) || (i >= 2 && (i - 2) % 5 == 0) ? "near" : "far", i % 5 == 0, (i * 37 % 11) / 11,
    i % 3 ? "red" : "blue"
  for (i = 0; i + 1 < 60; i++) printf "edge [ source %d target %d ]\n", i, i + 1
  print "]" }' >path.gml
check 'a model' "$khop" train path.gml --label kind --recipe mixhop --hops 0-2 --layers 1 --concat no --epochs 100 -q --save path.safetensors
check 'a model that bends' "$khop" train karate --recipe gcn --hidden 8 --epochs 40 -q --save karate.safetensors
paths_and_cycles >set.txt
check 'a model of a set' "$khop" train set.txt --hidden 4 --layers 1 --epochs 1 -q --save set.safetensors

# --- the table ---------------------------------------------------------------------------------------------

expect_output 'khop explain' '^node n17 of path: class (near|far), from [0-9]+ nodes within [0-9]+ hops$' \
  "$khop" explain path.safetensors path.gml --node n17
check 'shares of a linear model are exact' grep -q '^shares: exact, for the model is linear' "$out"
check 'a row a class' test "$(grep -Ec '^[* ] (near|far) ' "$out")" = 2
check 'the class that is told is marked' test "$(grep -c '^\* ' "$out")" = 1
check 'nodes stand by their names' grep -Eq '^  +-?[0-9.e+-]+  [0-9]+ +n1[0-9]$' "$out"
check 'features stand by their names' grep -Eq '^  +-?[0-9.e+-]+  (mark|noise|colour: red|colour: blue)$' "$out"
expect_output 'integrated gradients say how many steps, and how far off' \
  '^shares: integrated gradients from features of 0, [0-9]+ steps?, sums off by at most [0-9.e-]+$' \
  "$khop" explain karate.safetensors karate --node 8
expect_output 'a class by name' '^\* Officer ' "$khop" explain karate.safetensors karate --node 8 --class Officer
expect_output 'a class by number' '^\* Officer ' "$khop" explain karate.safetensors karate --node 8 --class 1
same 'one class, one row' 1 "$(grep -Ec '^[* ] (Mr. Hi|Officer) ' "$out")"
run "$khop" explain karate.safetensors karate --node 8 --top 3
same '--top' 3 "$(grep -Ec '^ +-?[0-9.e+-]+  node ' "$out")"

# --- sums ----------------------------------------------------------------------------------------------------

# sums FILE: of each output and part of a table, whether shares and base line give the value that JSON says.
sums() {
  awk -F, -v values="$2" 'BEGIN { n = split(values, v, " "); for (i = 1; i < n; i += 2) value[v[i]] = v[i + 1] }
    NR == 1 { next }
    $2 == "base line" { base[$1] = $6; next }
    { sum[$1 SUBSEP $2] += $6; size[$1] += $6 < 0 ? -$6 : $6 + 0 }
    END {
      for (key in sum) {
        split(key, p, SUBSEP); d = sum[key] + base[p[1]] - value[p[1]]; if (d < 0) d = -d; count++
        if (!(d <= 0.001 * size[p[1]] + 1e-5)) bad = 1
      }
      exit !(count == 6 && !bad)
    }' "$1"
}
# values FILE: "near 1.5 far -1.5 ", of JSON.
values() {
  sed -n 's/^[[:space:]]*"name":[[:space:]]*"\([a-z]*\)",$/\1/p; s/^[[:space:]]*"value":[[:space:]]*\(.*\),$/\1/p' "$1" |
    awk '/^[a-z]/ { name = $0; next } { printf "%s %s ", name, $0 }'
}
for baseline in zero mean; do
  run "$khop" explain path.safetensors path.gml --node n17 --baseline $baseline --json
  same "$baseline: JSON, and nothing on stderr" '0 0' "$status $(wc -c <"$err" | tr -d ' ')"
  same "$baseline: JSON says so" "$baseline" "$(field baseline "$out")"
  wanted=$(values "$out")
  check "$baseline: a table of all shares" "$khop" explain path.safetensors path.gml --node n17 --baseline $baseline -o all.csv
  check "$baseline: shares and base line add up to the logit, of each class, over hops, nodes and features" sums all.csv "$wanted"
done
sed '3s/,[^,]*,\([^,]*\),\([^,]*\)$/,9,\1,\2/' all.csv >broken.csv
if sums broken.csv "$wanted"; then not_ok 'the checker is checked'; else ok 'the checker is checked'; fi
same 'the columns' 'output,part,number,name,hop,share,without features,without ring' "$(head -n 1 all.csv)"
check 'with tabs' "$khop" explain path.safetensors path.gml --node n17 --baseline mean -o all.tsv
same 'it is the same' "$(cat all.csv)" "$(tr '\t' , <all.tsv)"
check 'arrays' "$khop" explain path.safetensors path.gml --node n17 -o all.npz
for key in outputs value base by_hop by_member by_feature without_features without_ring member node_names hop ring features steps error; do
  check "the arrays have $key" grep -aq "$key.npy" all.npz
done
same 'the logits are those of khop predict: of two classes their difference is the log of the odds' yes "$(
  "$khop" predict path.safetensors path.gml -o p.csv --rows n17 >/dev/null
  awk -F, -v values="$wanted" 'NR == 1 { for (i = 1; i <= NF; i++) if ($i ~ /^probability of /) name[i] = substr($i, 16); next }
    { split(values, v, " "); for (i in name) { if (name[i] == v[1]) a = $i; if (name[i] == v[3]) b = $i }
      d = v[2] - v[4] - log(a / b); print (d < 0.01 && d > -0.01 ? "yes" : d) }' p.csv)"

# --- graphs of a set ------------------------------------------------------------------------------------------------

expect_output 'a graph of a set' '^row 3 of set: class [07], from 6 nodes$' "$khop" explain set.safetensors set.txt --row 3 -q
awk 'BEGIN { split("C N O", atom, " "); print "smiles,y"; for (i = 0; i < 60; i++) { s = "CC"
  for (k = i; k; k = int(k / 3)) s = s atom[k % 3 + 1]
  print s "," length(s); if (i == 3) print "C(,1" } }' >molecules.csv
run "$khop" train molecules.csv --target y --hidden 8 --layers 2 --epochs 3 -q --save molecules.safetensors
expect_output 'a molecule, by its row' '^row 8 of molecules.csv: from 4 nodes$' sh -c '"$0" explain molecules.safetensors molecules.csv --row 8 -q 2>/dev/null | sed "s/, C[A-Z]* of/ of/"' "$khop"
check 'atoms have their symbols' sh -c '"$0" explain molecules.safetensors molecules.csv --row 8 -q | grep -Eq "^ +-?[0-9.e+-]+  [0-3] [CNO]$"' "$khop"
check 'a table of it' "$khop" explain molecules.safetensors molecules.csv --row 8 -q -o m.csv
"$khop" predict molecules.safetensors molecules.csv -o p.csv >/dev/null 2>&1
same 'shares of atoms and base line add up to the prediction' yes "$(awk -F, 'NR == FNR { if ($1 == 8) for (i = 1; i <= n; i++) if (h[i] == "predicted y") y = $i
    if (FNR == 1) { n = NF; for (i = 1; i <= NF; i++) h[i] = $i } next }
  $2 == "base line" || $2 == "node" { sum += $6; size += $6 < 0 ? -$6 : $6 + 0 }
  END { d = sum - y; print (y != "" && d < 0.002 * size && d > -0.002 * size ? "yes" : d " of " y) }' p.csv m.csv)"
check 'the picture of a molecule' "$khop" explain molecules.safetensors molecules.csv --row 8 -q --plot m.svg
check 'it is whole' sh -c 'head -c 5 m.svg | grep -q "<?xml" && tail -c 8 m.svg | grep -q "</svg>"'
check 'it is drawn the same again' sh -c '"$0" explain molecules.safetensors molecules.csv --row 8 -q --plot n.svg && cmp m.svg n.svg' "$khop"
check 'atoms of other shares are drawn otherwise' sh -c '"$0" explain molecules.safetensors molecules.csv --row 8 -q --baseline mean --plot n.svg && ! cmp -s m.svg n.svg' "$khop"
expect_error 1 'a row that could not be read' '^khop explain: --row: row 5 of molecules.csv could not be read: ' \
  "$khop" explain molecules.safetensors molecules.csv --row 5 -q

# --- what is refused --------------------------------------------------------------------------------------------

expect_error 2 'no node' '^khop explain: --node or --row: one of them is required' "$khop" explain karate.safetensors karate
expect_error 1 'a node that is not there' "^khop explain: --node: no node of path is named 'n99'; the nearest: " \
  "$khop" explain path.safetensors path.gml --node n99
expect_error 1 'a number beyond the nodes' '^khop explain: node 34: the graph has nodes 0 to 33$' \
  "$khop" explain karate.safetensors karate --node 34
expect_error 1 'a class that is not there' "^khop explain: --class: karate.safetensors has no class 'x': its 2 go from 'Mr. Hi' to 'Officer'\$" \
  "$khop" explain karate.safetensors karate --node 8 --class x
expect_error 2 'a model of a set' '^khop explain: --node is for models of nodes, and set.safetensors is a model of sets of graphs' \
  "$khop" explain set.safetensors set.txt --node 1
expect_error 2 'a row of a model of nodes' '^khop explain: --row is for models of sets of graphs, and karate.safetensors is a model of nodes: --node' \
  "$khop" explain karate.safetensors karate --row 1
expect_error 1 'a picture of a graph that is no molecule' '^khop explain: --plot: row 1 of set is not known as a molecule' \
  "$khop" explain set.safetensors set.txt --row 1 -q --plot a.svg -o a.csv
check 'nothing is written then' test ! -e a.svg -a ! -e a.csv
expect_error 1 'a row beyond the last' '^khop explain: --row: set has rows 1 to 40, not 41$' "$khop" explain set.safetensors set.txt --row 41
expect_error 2 'row 0' '^khop explain: --row: ' "$khop" explain set.safetensors set.txt --row 0
expect_error 2 'a base line that there is not' "^khop explain: --baseline: not a base line: 'x' \(zero, mean\)\$" \
  "$khop" explain karate.safetensors karate --node 8 --baseline x
expect_error 2 'a file of no kind' "^khop explain: -o: not a name that ends in .csv, .tsv or .npz: 'x.txt'\$" \
  "$khop" explain karate.safetensors karate --node 8 -o x.txt
expect_error 2 'a tolerance of 0' '^khop explain: --tolerance: ' "$khop" explain karate.safetensors karate --node 8 --tolerance 0
expect_error 2 '--spreadsheet without a table' '^khop explain: --spreadsheet is for -o FILE.csv and .tsv' \
  "$khop" explain karate.safetensors karate --node 8 --spreadsheet
expect_error 1 'data with other features' '^khop explain: .*' "$khop" explain karate.safetensors path.gml --node n1
sed 's/noise 0 /noise NAN /' path.gml >nan.gml
expect_error 1 'features that are NaN' '^khop explain: nan.gml: ' "$khop" explain path.safetensors nan.gml --node n17 -o nan.csv
check 'nothing is written then' test ! -e nan.csv
expect_error 1 'a budget that is too small' '^khop explain: .*budget' \
  "$khop" explain karate.safetensors karate --node 8 --memory 1000 -o small.csv
check 'nothing is written then, too' test ! -e small.csv
finish
