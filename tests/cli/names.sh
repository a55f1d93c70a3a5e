#!/bin/sh
# names.sh: from a graph to what is written and back by name: every row is the node that it says, in every format.
. "$(dirname "$0")/tap.sh"
cases=$fixtures/cases/graphs

# --- one graph in every format ------------------------------------------------------------------------
# 30 nodes w00 .. w29, node i of the file is w(7 i + 3 mod 30): neither sorted nor in the order of their mention by
# edges. What a node is follows from its name alone: wk is joined to w(k + 1) and w(k + 4), its class is k mod 3, its
# feature 10 (k mod 3) + k / 100. So every row of an output can be judged by its name, without the file.

# each FORMAT: awk with the nodes; the functions name(i), class(i), feature(i) and number(k), the place of wk.
each() {
  awk -v format="$1" '
    function k(i) { return (7 * i + 3) % 30 }
    function name(i) { return sprintf("w%02d", k(i)) }
    function number(w,  i) { for (i = 0; i < 30; i++) if (k(i) == w % 30) return i }
    function class(i) { return substr("red  greenblue ", 5 * (k(i) % 3) + 1, 5) }
    function feature(i) { return 10 * (k(i) % 3) + k(i) / 100 }
    function word(text) { gsub(/ /, "", text); return text }
    function edges(before, middle, after, from_zero,  w, far) {
      for (w = 29; w >= 0; w--) for (far = 1; far <= 4; far += 3)
        if (from_zero == "") print before sprintf("w%02d", w) middle sprintf("w%02d", (w + far) % 30) after
        else print before number(w) + from_zero middle number(w + far) + from_zero after
    }
    '"$2" </dev/null
}
each graphml 'BEGIN {
  print "<graphml><key id=\"l\" for=\"node\" attr.name=\"label\" attr.type=\"string\"/>"
  print "<key id=\"f\" for=\"node\" attr.name=\"f\" attr.type=\"double\"/><graph edgedefault=\"undirected\">"
  edges("<edge source=\"", "\" target=\"", "\"/>")
  for (i = 0; i < 30; i++) print "<node id=\"" name(i) "\"><data key=\"l\">" word(class(i)) "</data><data key=\"f\">" feature(i) "</data></node>"
  print "</graph></graphml>" }' >g.graphml
each gexf 'BEGIN {
  print "<gexf version=\"1.2\"><graph defaultedgetype=\"undirected\"><attributes class=\"node\">"
  print "<attribute id=\"0\" title=\"label\" type=\"string\"/><attribute id=\"1\" title=\"f\" type=\"double\"/></attributes><nodes>"
  for (i = 0; i < 30; i++) print "<node id=\"" 100 + i "\" label=\"" name(i) "\"><attvalues><attvalue for=\"0\" value=\"" word(class(i)) "\"/><attvalue for=\"1\" value=\"" feature(i) "\"/></attvalues></node>"
  print "</nodes><edges>"; edges("<edge source=\"", "\" target=\"", "\"/>", 100); print "</edges></graph></gexf>" }' >g.gexf
each gml 'BEGIN {
  print "graph ["; edges("edge [ source ", " target ", " ]", 500)
  for (i = 0; i < 30; i++) print "node [ id " 500 + i " name \"" name(i) "\" label \"" word(class(i)) "\" f " feature(i) " ]"
  print "]" }' >g.gml
each pajek 'BEGIN {
  print "*Vertices 30"
  for (i = 0; i < 30; i++) print i + 1 " \"" name(i) "\" label " word(class(i)) " f " feature(i)
  print "*Edges"; edges("", " ", "", 1) }' >g.net
each csv 'BEGIN { print "weight,from,to"; edges("2,", ",", "") }' >g.csv
each tsv 'BEGIN { edges("", "\t", "") }' >g.tsv
each edges 'BEGIN { edges("", " ", "") }' >g.edges
each ncol 'BEGIN { edges("", " ", "") }' >g.ncol
each lgl 'BEGIN { for (w = 0; w < 30; w++) { printf "# w%02d\n", w; print sprintf("w%02d", (w + 1) % 30); print sprintf("w%02d", (w + 4) % 30) } }' >g.lgl
each dl 'BEGIN { print "dl n=30 format=edgelist1"; print "labels:"; for (i = 0; i < 30; i++) print name(i)
  print "data:"; edges("", " ", "", 1) }' >g.dl
each ids 'BEGIN { for (w = 0; w < 30; w++) for (far = 1; far <= 4; far += 3) print 1000 - 3 * w " " 1000 - 3 * ((w + far) % 30) }' >g.el
gzip -c g.graphml >z.graphml.gz

# --- what is predicted --------------------------------------------------------------------------------

# rows_right TABLE: of its rows, how many have the class of their name as label, and as what is predicted.
rows_right() {
  awk -F, 'BEGIN { class[0] = "red"; class[1] = "green"; class[2] = "blue" }
    NR == 1 { for (c = 1; c <= NF; c++) at[$c] = c; next }
    { is = class[substr($at["name"], 2) % 3]; labels += $at["label"] == is; predicted += $at["predicted"] == is
      numbers += $at["node"] == NR - 2; seen[$at["name"]]++ }
    END { for (n in seen) names++; print NR - 1, names, numbers, labels, predicted }' "$1"
}
check 'a model' "$khop" train g.graphml --recipe mlp --epochs 200 --lr 0.05 --dropout 0 --patience never -q --save m.safetensors
for file in g.graphml g.gexf g.gml g.net z.graphml.gz; do
  check "$file: predictions" "$khop" predict m.safetensors $file -o p.csv
  same "$file: joined by name every row has the label and the class of its node" '30 30 30 30 30' "$(rows_right p.csv)"
  check "$file: with tabs" "$khop" predict m.safetensors $file -o p.tsv
  same "$file: the same" "$(cat p.csv)" "$(tr '\t' , <p.tsv)"
  [ $file = g.graphml ] && cp p.csv first.csv
  same "$file: the same rows as of g.graphml" "$(cat first.csv)" "$(cat p.csv)"
done
same 'columns of a model of classes' 'node,name,predicted,probability of blue,probability of green,probability of red,label' "$(head -n 1 first.csv)"
same 'rows stand in the order of the file' 'w03 w10 w17 w24 w01' "$(sed -n 2,6p first.csv | cut -d, -f2 | tr '\n' ' ' | sed 's/ $//')"
sed '3s/w10,[a-z]*,/w10,wrong,/' first.csv >wrong.csv
same 'a wrong row is seen' '30 30 30 30 29' "$(rows_right wrong.csv)"
awk -F, 'NR == 2 { held = $0; next } NR == 3 { print; print held; next } { print }' first.csv >swapped.csv
same 'and rows that change places' '30 30 28 30 30' "$(rows_right swapped.csv)"

# classes have the names that the model learned, labels those of the data
sed 's/>red</>x</; s/>green</>y</; s/>blue</>z</' g.graphml >other.graphml
check 'data with classes of other names' "$khop" predict m.safetensors other.graphml -o o.csv
same 'do not rename those of the model' 'x y z blue green red' "$(awk -F, 'NR > 1 { l[$NF] = 1; p[$3] = 1 }
  END { printf "%s", l["x"] "" l["y"] "" l["z"] == 111 ? "x y z" : "no"; print p["blue"] "" p["green"] "" p["red"] == 111 ? " blue green red" : " no" }' o.csv)"
sed 's/<key id="l"[^>]*>//; s/<data key="l">[a-z]*<.data>//' g.graphml >none.graphml
check 'data without labels' "$khop" predict m.safetensors none.graphml -o n.csv
same 'have no column of labels' "$(cut -d, -f1-6 first.csv)" "$(cat n.csv)"

check 'order.graphml: a model' "$khop" train "$cases/order.graphml" --epochs 2 -q --save order.safetensors
check 'order.graphml: predictions' "$khop" predict order.safetensors "$cases/order.graphml" -o order.csv
same 'order.graphml: rows in the order of the file, with names and labels' '0,a,P 1,b,Q 2,c,P 3,d,Q' \
  "$(awk -F, 'NR > 1 { print $1 "," $2 "," $NF }' order.csv | tr '\n' ' ' | sed 's/ $//')"

# --- from the graph to the prediction, each by a model of its own ------------------------------------------

each json 'BEGIN {
  print "{\"directed\": false, \"multigraph\": false, \"graph\": {}, \"nodes\": ["
  for (i = 0; i < 30; i++) print (i ? "," : "") "{\"label\": \"" word(class(i)) "\", \"f\": " feature(i) ", \"id\": \"" name(i) "\"}"
  print "], \"links\": ["; edges("{\"source\": \"", "\", \"target\": \"", "\"},")
  print "{\"source\": \"w00\", \"target\": \"w01\"}]}" }' >g.json
cp "$fixtures/found_named_graph.npz" g.npz
each nodes 'BEGIN { print "f;label;id"; for (i = 29; i >= 0; i--) print feature(i) ";" word(class(i)) ";" name(i) }' >nodes.csv
each mtx 'BEGIN { print "%%MatrixMarket matrix coordinate pattern general"; print 30, 30, 60; edges("", " ", "", 1) }' >g.mtx
each rows 'BEGIN { print "label,id,name,f"; for (i = 29; i >= 0; i--) print word(class(i)) "," i + 1 "," name(i) "," feature(i) }' >rows.csv
each rows 'BEGIN { print "label,id,f"; for (i = 29; i >= 0; i--) print word(class(i)) "," i "," feature(i) }' >zero.csv
each numbers 'BEGIN { print "*Vertices 30"; print "*Edges"; edges("", " ", "", 1) }' >numbers.net
each counted 'BEGIN {
  print "<graphml><key id=\"l\" for=\"node\" attr.name=\"class\" attr.type=\"string\"/>"
  print "<key id=\"f\" for=\"node\" attr.name=\"f\" attr.type=\"double\"/><graph edgedefault=\"undirected\">"
  for (i = 0; i < 30; i++) print "<node id=\"n" i "\"><data key=\"l\">" word(class(i)) "</data><data key=\"f\">" feature(i) "</data></node>"
  edges("<edge source=\"n", "\" target=\"n", "\"/>", 0); print "</graph></graphml>" }' >counted.graphml

# rows_by_number TABLE BEFORE FIRST: as rows_right, of names that are BEFORE and the number of the node, from FIRST on.
rows_by_number() {
  awk -F, -v before="$2" -v first="$3" 'NR == 1 { print; next } { $2 = before ($1 + first) == $2 ? sprintf("w%02d", (7 * $1 + 3) % 30) : "other" }
    { print }' OFS=, "$1" >by_number.csv
  rows_right by_number.csv
}
recipe='--recipe mlp --epochs 200 --lr 0.05 --dropout 0 --patience never -q'
# joined FILE WHAT [OPTIONS]: trains on FILE, predicts it, and scores the model on it.
joined() {
  file=$1
  what=$2
  shift 2
  check "$file$what: a model" "$khop" train $file "$@" $recipe --save j.safetensors
  check "$file$what: its predictions" "$khop" predict j.safetensors $file "$@" -o j.csv
  "$khop" evaluate j.safetensors $file "$@" --part all --json >json 2>"$err"
  same "$file$what: and its score" 1 "$(field accuracy json)"
}
for file in g.json g.npz; do
  joined $file ''
  same "$file: joined by name every row is right" '30 30 30 30 30' "$(rows_right j.csv)"
done
for file in g.edges g.csv g.lgl g.dl; do
  joined $file ' and a table' --nodes nodes.csv
  # an edge list names its nodes in another order than the others: their numbers do not count here
  same "$file and a table: joined by name every row is right" '30 30 30 30' "$(rows_right j.csv | cut -d' ' -f1,2,4,5)"
done
joined g.mtx ' and a table from 1 on' --nodes rows.csv
same 'g.mtx and a table: by the names of the table' '30 30 30 30 30' "$(rows_right j.csv)"
joined g.mtx ' and a table from 0 on' --nodes zero.csv
same 'g.mtx and a table: by the rows of the matrix, from 1 on' '30 30 30 30 30' "$(rows_by_number j.csv '' 1)"
cut -d, -f1,2,4 rows.csv >one.csv
joined numbers.net ' and a table' --nodes one.csv
same 'numbers.net: by the numbers of its vertices, from 1 on' '30 30 30 30 30' "$(rows_by_number j.csv '' 1)"
joined counted.graphml ''
same 'counted.graphml: by its ids, n0 ..' '30 30 30 30 30' "$(rows_by_number j.csv n 0)"
awk -F, -v OFS=, 'NR > 1 { $2 = "n" substr($2, 2) + 1 } { print }' j.csv >shifted.csv
same 'an id that is one off is seen' 0 "$(rows_by_number shifted.csv n 0 | awk '{ print $2 == 30 }')"

# --- numbers to predict -------------------------------------------------------------------------------

check 'a model of targets' "$khop" train g.graphml --target f --epochs 2 -q --save t.safetensors
check 'predicts them' "$khop" predict t.safetensors g.graphml -o t.csv
same 'by name, beside what is known' 'node,name,predicted f,target f 30' "$(head -n 1 t.csv) $(awk -F, 'NR > 1 {
  k = substr($2, 2); d = $4 - 10 * (k % 3) - k / 100; good += d < 1e-5 && d > -1e-5 } END { print good }' t.csv)"

# --- every other command: rings by name are the edges of the graph, in every format ---------------------

# by_name FILE: the arcs of ring 1 by name, from the .mtx and the map.
by_name() {
  "$khop" rings "$1" --hop 1 --direction all -o r.mtx >/dev/null 2>"$err" && "$khop" info "$1" --max-hop 0 --map map.csv >/dev/null 2>&1 &&
    awk -F, 'NR == FNR { name[$1] = $2; next } /^%/ { next } !sized { sized = 1; next }
      { split($0, e, " "); print name[e[1] - 1], name[e[2] - 1] }' map.csv r.mtx | sort
}
each wanted 'BEGIN { for (w = 0; w < 30; w++) for (far = 1; far <= 4; far += 3) {
  a = sprintf("w%02d", w); b = sprintf("w%02d", (w + far) % 30); print a, b; print b, a } }' | sort >wanted
for file in g.graphml g.gexf g.gml g.net g.csv g.tsv g.edges g.ncol g.lgl g.dl z.graphml.gz; do
  by_name $file >arcs
  same "$file: ring 1 by name is the edges" "$(cat wanted)" "$(cat arcs)"
  same "$file: where names are is told in a line" 1 "$(grep -c "r.mtx: its rows have no names: 'khop info $file --map" "$err")"
done
by_name g.el >arcs
same 'g.el: ids that are compacted are names' "$(awk '{ print 1000 - 3 * substr($1, 2), 1000 - 3 * substr($2, 2) }' wanted | sort)" "$(cat arcs)"
same 'the .mtx says where they are' 1 "$(grep -c '^% .*khop info GRAPH --map' r.mtx)"
"$khop" rings karate --hop 1 -o k.mtx >"$out" 2>"$err"
same 'a graph whose nodes are only numbered has nothing to tell' '0 0' "$(wc -c <"$err" | tr -d ' ') $(grep -c '^% ' k.mtx)"
check 'its map has the numbers' "$khop" info karate --max-hop 0 --map k.csv
same 'as names' 'node,name 0,0 33,33' "$(sed -n '1p; 2p; $p' k.csv | tr '\n' ' ' | sed 's/ $//')"
for command in 'rings --hop 1' 'hops' 'featurize'; do
  set -- $command
  name=$1
  shift
  run "$khop" "$name" g.gml "$@" -o x.npz
  same "$name: an .npz has the names" '0 1' "$status $(grep -c "x.npz: the names of its rows are in the array node_names" "$err")"
  same "$name: as an array" 1 "$(grep -ac 'node_names.npy' x.npz | awk '{ print ($1 > 0) }')"
done
run "$khop" hops g.gml -o x.npy
same 'hops: a .npy has none' 1 "$(grep -c "x.npy: its rows have no names: 'khop info g.gml --map" "$err")"
run "$khop" predict m.safetensors g.gml -o x.npy
same 'nor has that of predictions' 1 "$(grep -c "x.npy: its rows have no names" "$err")"

# --- names that need quotes -----------------------------------------------------------------------------

printf '%s\n' '<graphml><key id="n" for="node" attr.name="name" attr.type="string"/><graph edgedefault="undirected">' \
  '<node id="1x"><data key="n">a,b</data></node><node id="2x"><data key="n">say &quot;hi&quot;</data></node>' \
  '<node id="3x"><data key="n">two&#10;lines</data></node><node id="4x"><data key="n">naïve ☃</data></node>' \
  '<node id="5x"><data key="n">a	tab</data></node><node id="6x"><data key="n">plain</data></node>' \
  '<edge source="1x" target="3x"/><edge source="2x" target="4x"/></graph></graphml>' >odd.graphml
printf 'node,name\n0,"a,b"\n1,"say ""hi"""\n2,"two\nlines"\n3,naïve ☃\n4,a\ttab\n5,plain\n' >odd.wanted
printf 'node\tname\n0\ta,b\n1\t"say ""hi"""\n2\t"two\nlines"\n3\tnaïve ☃\n4\t"a\ttab"\n5\tplain\n' >odd.wanted.tsv
check 'a map with odd names' "$khop" info odd.graphml --max-hop 0 --map odd.csv
check 'is quoted as RFC 4180 says' cmp odd.csv odd.wanted
check 'with tabs' "$khop" info odd.graphml --max-hop 0 --map odd.tsv
check 'as well' cmp odd.tsv odd.wanted.tsv

# --- a node by its name -----------------------------------------------------------------------------------

audit="$khop audit g.gml --kernel 2 --dilations 1"
expect_output 'a node by name: it and its four neighbours are seen' 'node w10 +number 1: sees 5 of the 30 nodes' $audit --node w10
run $audit --node 1
same 'by number, which is told' "0 khop audit: --node: no node is named 1: node number 1 is taken, 'w10'" "$status $(cat "$err")"
expect_error 1 'a name that is not there' "^khop audit: --node: no node of g is named 'w1O'; the nearest: w1[0-9], w" $audit --node w1O
expect_error 1 'a number beyond the nodes' "no node of g is named '30'; they are named as 'w03'" $audit --node 30
expect_error 1 'nothing near' "is named 'Valjean'; they are named as 'w03'" $audit --node Valjean
run "$khop" audit g.el --kernel 2 --dilations 1 --node 1000
same 'a name that looks like a number' "0 khop audit: --node: 1000 is taken as a name: that of node number 29" "$status $(tail -n 1 "$err")"
printf 'graph [ node [ id 1 name "a" ] node [ id 2 name "b" ] node [ id 5 name "a" ] edge [ source 1 target 2 ] ]\n' >twice.gml
expect_error 1 'a name that two nodes have' "2 nodes are named 'a', such as numbers 0 and 2" "$khop" audit twice.gml --dilations 1 --node a
run "$khop" info twice.gml --max-hop 0 --map twice.csv
same 'and that two nodes have it is told where names are written' "0 1" "$status $(grep -c "twice.csv: 1 nodes have a name that another has before them, such as 'a'" "$err")"
expect_error 1 'a name where nodes have none' "'x' is no number, and the nodes of karate have no names: 0 to 33" \
  "$khop" audit karate --dilations 1 --node x
expect_error 2 'an empty name' 'the name of a node is empty' "$khop" audit karate --dilations 1 --node ''
"$khop" audit g.gml --kernel 2 --dilations 1 --node w10 --json >json 2>"$err"
same 'in JSON' '1 w10 5' "$(field number json) $(field name json) $(field seen json)"
check 'a picture around it' "$khop" audit g.gml --kernel 2 --dilations 1 --node w10 --plot named.svg
sed 's/"w10"/"v10"/' g.gml >renamed.gml
check 'of another name' "$khop" audit renamed.gml --kernel 2 --dilations 1 --node v10 --plot renamed.svg
check 'shows names' sh -c '! cmp -s named.svg renamed.svg'

# --- what is refused ----------------------------------------------------------------------------------------

for end in txt csv.gz parquet; do
  expect_error 2 "predictions as .$end" "^khop predict: -o: not a name that ends in .csv, .tsv, .npz or .npy: 'p.$end'" \
    "$khop" predict m.safetensors g.gml -o p.$end
done
expect_error 2 'hop features as .csv' "^khop hops: -o: not a name that ends in .npy or .npz" "$khop" hops g.gml -o h.csv
expect_error 2 'a map as .npy' "^khop info: --map: not a name that ends in .csv or .tsv" "$khop" info g.gml --map m.npy
expect_error 2 'a map of a set of graphs' '^khop info: --map goes with one graph, .* is a set of graphs' "$khop" info "$cases/labels_5_9" --map m.csv
same 'nothing is written' '' "$(ls p.txt p.csv.gz p.parquet h.csv m.npy m.csv 2>/dev/null)"

finish
