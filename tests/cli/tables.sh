# tables.sh: tables beside a graph (--nodes) and beside a set of graphs (--graph-labels).
. "$(dirname "$0")/tap.sh"
cases=$fixtures/cases/graphs

# right FILE.csv: the share of rows whose label is predicted.
right() { awk -F, 'NR > 1 { n += $3 == $NF } END { printf "%.2f", n / (NR - 1) }' "$1"; }

# --- a graph and its attributes, as one file and as two --------------------------------------------

awk 'BEGIN {
  print "<graphml><key id=\"n\" for=\"node\" attr.name=\"name\" attr.type=\"string\"/>" >"g.graphml"
  print "<key id=\"a\" for=\"node\" attr.name=\"age\" attr.type=\"double\"/>" >"g.graphml"
  print "<key id=\"t\" for=\"node\" attr.name=\"town\" attr.type=\"string\"/>" >"g.graphml"
  print "<key id=\"c\" for=\"node\" attr.name=\"club\" attr.type=\"string\"/>" >"g.graphml"
  print "<graph edgedefault=\"undirected\">" >"g.graphml"
  print "source,target" >"edges.csv"
  print "town,club,id,age" >"nodes.csv"
  split("Ulm Bonn Kiel", town, " ")
  for (i = 0; i < 60; i++) {
    c = i % 2 ? "red" : "blue"
    printf "<node id=\"%d\"><data key=\"n\">p%d</data><data key=\"a\">%g</data><data key=\"t\">%s</data>" \
           "<data key=\"c\">%s</data></node>\n", i, i, (i % 2) * 3 + i % 7 / 4, town[i % 3 + 1], c >"g.graphml"
    row[i] = town[i % 3 + 1] "," c ",p" i "," (i % 2) * 3 + i % 7 / 4
    printf "p%d,p%d\n", i, (i + 1) % 60 >"edges.csv"
  }
  for (i = 0; i < 60; i++) {
    printf "<edge source=\"%d\" target=\"%d\"/>\n", i, (i + 1) % 60 >"g.graphml"
    print row[59 - i] >"nodes.csv"
  }
  print "</graph></graphml>" >"g.graphml"
}'
check 'a model of the graph with its attributes' "$khop" train g.graphml -q --recipe mlp --epochs 300 --dropout 0 --input-dropout 0 --save g.safetensors
check 'predicts it' "$khop" predict g.safetensors g.graphml -o g.csv
check 'and the list with its table' "$khop" predict g.safetensors edges.csv --nodes nodes.csv -o t.csv
check 'the same, with names, classes and labels' cmp g.csv t.csv
same 'and rightly' 1.00 "$(right t.csv)"
check 'a model of the list with its table' "$khop" train edges.csv --nodes nodes.csv -q --recipe mlp --epochs 300 --dropout 0 --input-dropout 0 --save t.safetensors
check 'predicts the graph' "$khop" predict t.safetensors g.graphml -o u.csv
check 'and its own data' "$khop" predict t.safetensors edges.csv --nodes nodes.csv -o w.csv
check 'with the same predictions' cmp u.csv w.csv
expect_error 1 'without the table the model says what it lacks' 'age.*--nodes TABLE' \
  "$khop" predict t.safetensors edges.csv -o v.csv
same 'and nothing is written' 'v.csv*' "$(echo v.csv*)"
tail -n +2 t.csv | cut -d, -f2,6 | sort >seen
tail -n +2 nodes.csv | awk -F, '{ print $3 "," $2 }' | sort >wanted
check 'predictions joined to the table by name have its labels' cmp wanted seen

gzip -c nodes.csv >nodes.csv.gz
check 'a packed table' "$khop" predict g.safetensors edges.csv --nodes nodes.csv.gz -o z.csv
check 'is the same' cmp t.csv z.csv
sed 's/,/;/g' nodes.csv | sed '1s/^/\xef\xbb\xbf/; s/$/\r/' >semi.csv
check 'semicolons, a byte order mark, lines that end as in DOS' "$khop" predict g.safetensors edges.csv --nodes semi.csv -o z.csv
check 'are the same' cmp t.csv z.csv

# --- every command that reads data ---------------------------------------------------------------------

check 'info' "$khop" info edges.csv --nodes nodes.csv
check 'hops' "$khop" hops edges.csv --nodes nodes.csv -o h.npy
check 'featurize' "$khop" featurize edges.csv --nodes nodes.csv -o f.npz
expect_error 2 'a command that reads no data has no table' 'no option --nodes' "$khop" rings edges.csv --nodes nodes.csv --hop 1
expect_error 2 'molecules have none' 'file of molecules' "$khop" featurize a.smi --nodes nodes.csv -o f.npz
expect_error 2 'a set of graphs has another' 'labels_5_9 is a set of graphs: --graph-labels' \
  "$khop" train "$cases/labels_5_9" --nodes nodes.csv
expect_error 2 'a graph has no table of graphs' 'edges.csv is one graph: --nodes' \
  "$khop" info edges.csv --graph-labels nodes.csv

# --- what is told, and what is refused --------------------------------------------------------------------

{ head -n 30 nodes.csv && echo 'Rom,red,x9,1'; } >part.csv
run "$khop" train edges.csv --nodes part.csv --missing mean --epochs 1
same 'nodes without a row, rows without an edge: a line each' 2 \
  "$(grep -c "31 of 60 nodes have no row, first 'p0'\|1 of 30 rows names a node without an edge, first 'x9' in line 31" "$err")"
expect_error 1 'missing features ask what to do' '31 of the 61 nodes: --missing mean' "$khop" train edges.csv --nodes part.csv -q
run "$khop" info g.graphml --nodes part.csv --missing mean
same 'a format that lists its nodes gets no more of them' 1 "$(grep -c "1 of 30 rows names no node, first 'x9'" "$err")"
for bad in 'id,v\nq1,1\n|names a node.*q1.*p0' 'id,v\np1,1\np1,2\n|stands twice, in line 2 and line 3' \
  'id,v\n|no row' '|nothing in it' 'id,v\np1,"1\n|line 2: a quotation mark' 'p1,red\np2,blue\n|first line is a row' \
  'id,club,split\np1,a,seen\np2,b,held out\n|seen.*held out'; do
  # shellcheck disable=SC2059
  printf "${bad%%|*}" >bad.csv
  expect_error 1 "refused: ${bad#*|}" "edges.csv: .*${bad#*|}" "$khop" train edges.csv --nodes bad.csv -q
done
sed '2,40s/red/lone/2; 3,60s/lone/red/' nodes.csv | awk -F, -v OFS=, 'NR == 1 { print $0, "split"; next }
  { if (NR == 5) $2 = "odd"; print $0, $2 == "blue" && NR % 4 ? "testing" : NR % 3 ? "training" : "dev" }' >few.csv
run "$khop" info edges.csv --nodes few.csv
same 'a class of one node is told' 1 "$(grep -c "class 'odd' has one node" "$out")"
expect_error 1 'a column that is not there' "no vertex attribute 'clubb' among its 4: name, town, club, age$" "$khop" train edges.csv --nodes nodes.csv --label clubb -q

# --- sets of graphs -----------------------------------------------------------------------------------------

awk 'BEGIN { print "graph,kind,mass,charge,split"
  for (g = 1; g <= 60; g++)
    print g "," (g % 3 ? "safe" : "toxic") "," g / 2 "," g % 5 "," (g % 5 == 3 ? "dev" : g % 5 == 4 ? "Testing" : "train") }' >kinds.csv
run "$khop" info "$cases/labels_5_9" --graph-labels kinds.csv --label kind
check 'classes of graphs' grep -q 'classes *2: safe (40), toxic (20)' "$out"
check 'their split' grep -q 'training, validation, test: 36, 12, 12 graphs' "$out"
check 'what is not used is told' grep -q 'columns that are not used: mass, charge' "$out"
check 'several targets' "$khop" train "$cases/labels_5_9" --graph-labels kinds.csv --target mass,charge --epochs 1 -q
expect_error 1 'one split is not two' 'come with one split' \
  "$khop" train "$cases/labels_5_9" --graph-labels kinds.csv --label kind --splits 2 -q
check 'a model of kinds' "$khop" train "$cases/labels_5_9" --graph-labels kinds.csv --label kind --split-column split -q \
  --epochs 2 --save kinds.safetensors
check 'predicts a set with its table' "$khop" predict kinds.safetensors "$cases/labels_5_9" --graph-labels kinds.csv -o kinds.out.csv
awk -F, 'NR > 1 { print $2 }' kinds.csv >kinds.true
awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == "label") c = i } NR > 1 { print $c }' kinds.out.csv >kinds.seen
check 'with the true kinds of the table beside, row by row' cmp kinds.true kinds.seen
check 'and without it' "$khop" predict kinds.safetensors "$cases/labels_5_9" -o none.csv
check 'the same predictions' sh -c 'cut -d, -f2-4 kinds.out.csv >with && cut -d, -f2-4 none.csv | cmp with -'
cut -d, -f1,3 kinds.csv >mass.csv
expect_error 1 'nothing to learn' '--label or --target names one of' \
  "$khop" train "$cases/labels_5_9" --graph-labels mass.csv -q

# --- a vocabulary of a million -------------------------------------------------------------------------------

awk 'BEGIN { print "id,word,label" >"words.csv"
  for (i = 0; i < 1000000; i++) {
    if (i % 2 == 0) print i, i + 1 >"words.edges"
    print i ",w" i * 7 % 900001 "," (i % 2 ? "a" : "b") >"words.csv" } }'
expect_error 1 'a category of nearly a million words' \
  "words.edges: the feature 'word' has 900001 different strings, and at most 100000 can be a category" \
  "$khop" train words.edges --nodes words.csv --features word --epochs 1 -q
finish
