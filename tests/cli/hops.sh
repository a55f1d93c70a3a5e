#!/bin/sh
# hops.sh: hop features into a file, training and prediction from it, and what does not fit together.
. "$(dirname "$0")/tap.sh"

# Six cliques of six nodes on a circle, three classes, three features.
awk 'BEGIN {
  print "<graphml><key id=\"l\" for=\"node\" attr.name=\"label\" attr.type=\"int\"/>"
  print "<key id=\"s\" for=\"node\" attr.name=\"split\" attr.type=\"string\"/>"
  for (f = 0; f < 3; f++) print "<key id=\"f" f "\" for=\"node\" attr.name=\"f" f "\" attr.type=\"double\"/>"
  print "<graph edgedefault=\"undirected\">"
  split("train train val train test test", part, " ")
  for (i = 0; i < 36; i++) {
    print "<node id=\"" i "\"><data key=\"l\">" int(i / 6) % 3 "</data><data key=\"s\">" part[i % 6 + 1] "</data>"
    for (f = 0; f < 3; f++) print "<data key=\"f" f "\">" (int(i / 6) % 3 == f) + ((i * 7 + f * 5) % 9) / 4 "</data>"
    print "</node>"
  }
  for (i = 0; i < 36; i++) {
    for (j = 1; j < 6 - i % 6; j++) print "<edge source=\"" i "\" target=\"" i + j "\"/>"
    if (i % 6 == 5) print "<edge source=\"" i "\" target=\"" (i + 1) % 36 "\"/>"
  }
  print "</graph></graphml>"
}' >small.graphml

expect_output 'khop hops' '^h.npy: 36 nodes, 3 hops of 3 columns; rings ' "$khop" hops small.graphml -o h.npy
same 'its size: a header and 36 x 9 numbers of four bytes' $((128 + 36 * 9 * 4)) "$(wc -c <h.npy)"
check 'through a pipe the same bytes' sh -c '"$0" hops small.graphml -o /dev/stdout | head -c 1424 | cmp - h.npy' "$khop"
base=$(cksum <h.npy)
for option in '--hops 0,1' '--hops 0-3' '--norm none' '--norm sym' '--operator ball' '--self-loop' \
  '--sample 2' '--project 5' '--project 3' '--row-normalize'; do
  check "$option is taken" "$khop" hops small.graphml -o o.npy $option
  differ "$option changes the features" "$base" "$(cksum <o.npy)"
done
for option in '--direction in' '--threads 1' '--seed 3' '--memory 1G' '--norm row' '--form stored' '--form matrix-free' '--form auto' '-q'; do
  check "$option is taken" "$khop" hops small.graphml -o o.npy $option
  same "$option changes nothing here" "$base" "$(cksum <o.npy)"
done
"$khop" hops small.graphml -o p1.npy --project 5 >/dev/null
"$khop" hops small.graphml -o p2.npy --project 5 --seed 1 >/dev/null
differ 'another seed is another projection' "$(cksum <p1.npy)" "$(cksum <p2.npy)"

train="$khop train small.graphml --hop-features h.npy --epochs 60 --lr 0.05 --weight-decay 0 --dropout 0"
expect_output 'training from the file' '^small, recipe mlp: accuracy on the test nodes' $train --batch 5
loss() { $train --json "$@" >json 2>"$err" && field loss json; }
same 'one seed, one training' "$(loss --batch 5)" "$(loss --batch 5 --threads 1)"
differ 'another size of batch is another training' "$(loss --batch 5)" "$(loss --batch 7)"
same 'all 18 training nodes fit into one batch' "$(loss --batch 18)" "$(loss)"
same 'several seeds' 3 "$($train --seeds 3 --json | grep -c '"seed"')"
check 'a checkpoint' $train --batch 5 --save m.safetensors
expect_output 'prediction from the file' '^scores.npy: 36 nodes, 3 columns$' \
  "$khop" predict m.safetensors small.graphml --hop-features h.npy -o scores.npy
check 'half a training' $train --batch 5 --epochs 20 --save half.safetensors
whole=$(loss --batch 5)
"$khop" train small.graphml --hop-features h.npy --resume half.safetensors --epochs 60 --json >json
same 'a training that was resumed, with the batch it had' "$whole" "$(field loss json)"

expect_error 2 'an empty name' "name of a file is empty" "$khop" train small.graphml --hop-features ''
expect_error 2 'a batch of none' '^khop train: --batch: 0 is not between' $train --batch 0
expect_error 1 'a file that is not there' 'none.npy: cannot be read' "$khop" train small.graphml --hop-features none.npy
expect_error 1 'a file that is no array' 'small.graphml: is not a NumPy array' \
  "$khop" train small.graphml --hop-features small.graphml
expect_error 1 'rows of another data set' '36 rows of hop features, and karate has 34 nodes' \
  "$khop" train karate --hop-features h.npy
expect_error 1 'a recipe that gathers itself' 'recipe ring gathers over the graph \(hop 1\)' \
  "$khop" train small.graphml --hop-features h.npy --recipe ring
expect_error 2 'a sample of no rings' 'sample' "$khop" train small.graphml --hop-features h.npy --sample 3
expect_error 1 'a model that was trained on them, without them' 'has 3 features a node, and the model takes 9' \
  "$khop" predict m.safetensors small.graphml -o scores.npy
expect_error 1 'prediction with rows of another data set' 'h.npy: 36 rows, and karate has 34 nodes' \
  "$khop" predict m.safetensors karate --hop-features h.npy -o scores.npy
expect_error 1 'a budget that is too small' 'KHOP|budget' "$khop" hops small.graphml -o o.npy --memory 100
if [ -c /dev/full ]; then
  expect_error 1 'a full disk' '/dev/full: cannot write: No space' "$khop" hops small.graphml -o /dev/full
fi

finish
