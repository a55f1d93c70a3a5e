#!/bin/sh
# badinput.sh: files that are missing, empty, cut short or hostile, in every format; data that do not
# fit; places that cannot be written. Each gets one sentence with the file and the numbers, no output
# file, no temporary file, and what stood before still stands.
. "$(dirname "$0")/tap.sh"
bad=$fixtures/bad

# refuse NAME REGEX FILE [options]: khop rings does not take FILE, and its output stays as it was.
echo before >keep.mtx
refuse() {
  refuse_name=$1 refuse_regex=$2
  shift 2
  expect_error 1 "$refuse_name" "^khop rings: $1: $refuse_regex" \
    timeout 30 "$khop" rings "$@" --hop 1 -o keep.mtx
  same "$refuse_name: nothing is written" 'before keep.mtx' "$(cat keep.mtx) $(echo keep.mtx*)"
}
# refuse_data NAME REGEX FILE: khop train does not take FILE, whose graph is sound, and writes no model.
refuse_data() {
  expect_error 1 "$1" "^khop train: $3: $2" timeout 30 "$khop" train "$3" --save none.model
  same "$1: nothing is written" 'none.model*' "$(echo none.model*)"
}
# whole_or_refused NAME FILE: a part of a file may be a smaller graph; else it is refused as above.
whole_or_refused() {
  run timeout 30 "$khop" info "$2" --max-hop 1
  if [ "$status" = 0 ]; then
    ok "$1 (a smaller graph)"
  else
    wanted=1 name=$1 regex="^khop info: $2: "
    check_error
  fi
}

# --- a small good file in each format -----------------------------------------------------------------

cat >g.graphml <<'END'
<?xml version="1.0" encoding="UTF-8"?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns">
<graph edgedefault="undirected"><node id="a"/><node id="b"/><node id="c"/>
<edge source="a" target="b"/><edge source="b" target="c"/></graph></graphml>
END
printf 'graph [\n node [ id 0 ]\n node [ id 1 ]\n node [ id 2 ]\n edge [ source 0 target 1 ]\n edge [ source 1 target 2 ]\n]\n' >g.gml
printf '*Vertices 3\n1 "a"\n2 "b"\n3 "c"\n*Edges\n1 2\n2 3\n' >g.net
printf 'a b\nb c\n' >g.ncol
printf '# a\nb\n# b\nc\n' >g.lgl
printf 'DL n=3\nformat = fullmatrix\ndata:\n0 1 0\n1 0 1\n0 1 0\n' >g.dl
printf '# a comment\n0 1\n1 2\n' >g.txt
printf '%%%%MatrixMarket matrix coordinate pattern symmetric\n3 3 2\n2 1\n3 2\n' >g.mtx
cp "$bad/good.npz" g.npz
for format in graphml gml net ncol lgl dl txt mtx; do
  expect_output ".$format: the good file" ': 3 nodes, 2 edges' "$khop" info g.$format --max-hop 1
done
expect_output '.npz: the good file' ': 6 nodes, 5 edges' "$khop" info g.npz --max-hop 1

# --- missing, empty, cut short, a folder, another format's, bytes of no format ------------------------

for format in graphml gml net ncol lgl dl txt mtx npz; do
  refuse ".$format: missing" 'cannot (read|open).*No such file|no such file' ./none.$format
  : >empty.$format
  refuse ".$format: empty" '.' empty.$format
  mkdir folder.$format
  refuse ".$format: a folder" '.*(folder|directory)' folder.$format
  size=$(wc -c <g.$format)
  for part in 1 2 3; do
    head -c $((size * part / 4)) g.$format >cut.$format
    whole_or_refused ".$format: $part of 4 quarters" cut.$format
  done
  head -c 4096 "$khop" >binary.$format
  refuse ".$format: bytes of no format" '.' binary.$format
done
expect_error 1 'a name that no data set has' "nope: no such file.*$KHOP_DATA" "$khop" rings nope --hop 1 -o keep.mtx
echo '0 1' >g.xyz
refuse 'an extension without a format' ".*xyz" g.xyz

# --- hostile ------------------------------------------------------------------------------------------

{
  printf '<?xml version="1.0"?>\n<!DOCTYPE g [<!ENTITY a "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa">'
  for pair in 'b a' 'c b' 'd c' 'e d' 'f e' 'g f' 'h g'; do
    printf '<!ENTITY %s "' "${pair% *}"
    for i in 1 2 3 4 5 6 7 8 9 10; do printf '&%s;' "${pair#* }"; done
    printf '">'
  done
  printf ']>\n<graphml><graph edgedefault="undirected"><node id="&h;"/></graph></graphml>\n'
} >bomb.graphml
run timeout 30 "$khop" info bomb.graphml --max-hop 1
if [ "$status" = 0 ]; then ok 'graphml: entities within entities'; else
  wanted=1 name='graphml: entities within entities' regex='^khop info: bomb.graphml: '
  check_error
fi
printf '<!DOCTYPE g [<!ENTITY f SYSTEM "file:///etc/hostname">]><graphml><key id="l" for="node" attr.name="label" attr.type="string"/><graph><node id="a"><data key="l">&f;</data></node></graph></graphml>' >file.graphml
run timeout 30 "$khop" train file.graphml --epochs 1 --save file.model
same 'graphml: another file is not read in' 0 "$(grep -c "$(cat /etc/hostname 2>/dev/null || echo nothing)" file.model "$out" "$err" 2>/dev/null | awk -F: '{n += $2} END {print n + 0}')"
printf 'graph [ node [ id 99999999999999999999 ] ]\n' >id.gml
whole_or_refused 'gml: an id of 20 digits' id.gml
printf 'graph [ node [ id 0 ] edge [ source 0 target 7 ] ]\n' >edge.gml
refuse 'gml: an edge to a node that is not there' '.' edge.gml
awk 'BEGIN { for (i = 0; i < 20000; i++) printf "graph [ " }' >deep.gml
refuse 'gml: 20,000 brackets deep' '.' deep.gml
printf '*Vertices 2000000000\n*Edges\n1 2\n' >many.net
refuse 'pajek: two billion nodes in 33 bytes' '.*2000000000' many.net
printf '*Vertices 2\n*Edges\n1 7\n' >edge.net
refuse 'pajek: an edge to node 7 of 2' '.' edge.net
printf 'DL n=2000000000\nformat = edgelist1\ndata:\n1 2\n' >many.dl
refuse 'dl: two billion nodes in 50 bytes' '.*2000000000' many.dl
printf '%%%%MatrixMarket matrix coordinate pattern general\n2000000000 2000000000 1\n1 2\n' >many.mtx
refuse 'mtx: two billion rows in 70 bytes' '.*2000000000' many.mtx
printf '%%%%MatrixMarket matrix coordinate pattern general\n3 3 1\n9 1\n' >beyond.mtx
refuse 'mtx: an entry beyond the matrix' '.' beyond.mtx
printf '%%%%MatrixMarket matrix coordinate pattern symmetric\n3 4 1\n1 1\n' >flat.mtx
refuse 'mtx: symmetric, and not square' '.*3.*4' flat.mtx
printf '{"nodes": [{"id": 1}], "links": [{"source": 1, "target": 2}]}\n' >far.json
refuse 'json: an edge to a node that is not there' '.*links.0. has the end 2' far.json
printf '{"type": "FeatureCollection", "features": []}\n' >map.json
refuse 'json: another shape' '.*with the keys type, features' map.json
printf '%%%%MatrixMarket matrix coordinate pattern general\n3 3 9000000000000000000\n1 2\n' >claims.mtx
refuse 'mtx: more entries than any file' '.' claims.mtx
printf '0 1\n1 100000001\n' >cap.txt
refuse 'edge list: an id beyond the cap' 'line 2: .*100000001.*100000000' cap.txt --ids position
printf '0 1\n1 99999999999999999999999\n' >digits.txt
refuse 'edge list: an id of 23 digits' 'line 2: ' digits.txt --ids position
printf '0 1\n-1 2\n' >below.txt
refuse 'edge list: an id below 0' 'line 2: .*-1' below.txt
printf '0 1\n1\n' >one.txt
refuse 'edge list: one id on a line' 'line 2: ' one.txt
printf '0 1\na b\n' >words.txt
refuse 'edge list: words' 'line 2: ' words.txt --ids position
printf '# a\na\n' >self.lgl
whole_or_refused 'lgl: a node that is its own neighbour' self.lgl
for case in 'claims_much 80 bytes.*8000000000000000' 'index_beyond adj_indices\[8\] is 6.* 6' \
  'index_negative adj_indices\[8\] is -1' 'indptr_falls adj_indptr\[2\] is 1, after 3' \
  'indptr_short adj_indptr .*6.* 6 rows' 'indptr_beyond 1000000000000.* 10' 'not_square 6 x 7' \
  'shape_huge 4611686018427387904' 'no_graph adj_indptr'; do
  file=${case%% *}
  cp "$bad/$file.npz" .
  refuse ".npz: $file" ".*${case#* }" "$file.npz"
done
for case in 'objects pickled object' \
  'header_broken 40 bytes' 'no_numpy labels.npy.*19 bytes' \
  "features_nan 'feature 1' of node 3 is missing or NaN" 'features_inf feature 1 of node 3 is infinite' \
  'features_rows 5 rows .* 6 nodes' 'features_sparse_rows 2 rows .* 6 nodes' \
  'features_sparse_range 7.* 2 columns' 'labels_rows 5 rows .* 6 nodes' 'label_below node 2 is -2' \
  'label_huge node 2 is 2000000000' 'label_missing node 0 .*training mask .*no label' \
  'mask_overlap overlap: 1 ' 'mask_nothing 0 of 6' 'mask_rows train_mask has 5 rows.* 6 nodes' \
  'mask_two train_mask holds 2' 'mask_float train_mask' 'mask_columns val_mask has 3 columns.* 2' \
  'split_overlap split 1: .*overlap' 'no_train_mask train_mask'; do
  file=${case%% *}
  cp "$bad/$file.npz" .
  refuse_data ".npz: $file" ".*${case#* }" "$file.npz"
done
expect_error 1 'a training on NaN features writes no model' 'missing or NaN' "$khop" train features_nan.npz --save nan.model
same 'a training on NaN features: no file' 'nan.model*' "$(echo nan.model*)"
expect_error 1 'links that are not there' 'g.npz: .*dir_indptr' "$khop" train g.npz --directed-links
expect_error 1 'masks that are not there' 'g.npz: .*nope_train_mask' "$khop" train g.npz --masks nope_
cp "$bad/targets.npz" .
expect_output 'targets: trained with RMSE' 'rmse on the test nodes' "$khop" train targets.npz --epochs 3
expect_error 1 'targets: accuracy needs labels' 'accuracy .*labels' "$khop" train targets.npz --metric accuracy
sed 's/<node id="b"\/>/<node id="b"><data key="x">nan<\/data><\/node>/; s/<graph /<key id="x" for="node" attr.name="x" attr.type="double"\/><graph /' g.graphml >nan.graphml
refuse_data 'graphml: a feature that is NaN' "the feature 'x' of node 0 is missing or NaN, and of 3 of the 3 nodes" nan.graphml
check 'whose rings ask for no feature' "$khop" rings nan.graphml --hop 1

# --- models -------------------------------------------------------------------------------------------

check 'a model' "$khop" train g.npz --recipe ring --epochs 3 --quiet --save model.safetensors
# no_model NAME REGEX FILE
no_model() {
  expect_error 1 "model: $1" "^khop predict: $3: $2" timeout 30 "$khop" predict "$3" g.npz -o scores.npy
  same "model: $1: nothing is written" 'scores.npy*' "$(echo scores.npy*)"
  expect_error 1 "model: $1: not resumed either" "^khop train: $3: $2" \
    timeout 30 "$khop" train g.npz --resume "$3" --save scores.npy
}
no_model 'missing' 'cannot (read|open).*No such file' ./none.safetensors
: >empty.safetensors
no_model 'empty' '0 bytes' empty.safetensors
size=$(wc -c <model.safetensors | tr -d ' ')
for part in 7 100 $((size / 2)) $((size - 1)); do
  head -c "$part" model.safetensors >cut.safetensors
  no_model "the first $part bytes" '.' cut.safetensors
done
{ printf '\377\377\377\377\377\377\377\177'; tail -c +9 model.safetensors; } >header.safetensors
no_model 'a header of 2^63 bytes' '.' header.safetensors
printf '\002\000\000\000\000\000\000\000{}' >bare.safetensors
no_model 'no tensors' ".*khop.architecture" bare.safetensors
cp "$fixtures/package.safetensors" .
no_model "someone else's" ".*not a model of khop's.*khop.architecture" package.safetensors
cp "$khop" binary.safetensors
no_model 'bytes of no format' '.' binary.safetensors
# the architecture claims 65 columns where the tensors hold 64
sed 's/columns\([\\" :]*\)64/columns\1 65/; s/   *65/65/' model.safetensors >claims.safetensors
if ! cmp -s claims.safetensors model.safetensors; then
  no_model 'an architecture that its tensors do not fit' '.' claims.safetensors
else
  not_ok 'the architecture in the checkpoint can be falsified by sed'
fi
cp "$bad/features_three.npz" .
expect_error 1 'a model for another number of features' 'features_three.* 3 features.* 2' \
  "$khop" predict model.safetensors features_three.npz -o scores.npy
expect_error 1 'a model for data without features' '34 features.*one for each node.* 2' \
  "$khop" predict model.safetensors karate -o scores.npy
same 'another number of features: nothing is written' 'scores.npy*' "$(echo scores.npy*)"
expect_error 1 'a checkpoint for another number of features' \
  'features_three.npz: .* 3 features a node.* trained on 2' \
  "$khop" train features_three.npz --resume model.safetensors

# --- places that cannot be written --------------------------------------------------------------------

predict() { "$khop" predict model.safetensors g.npz "$@"; }
# cannot NAME REASON FILE: none of the three commands that write can write there.
cannot() {
  expect_error 1 "$1: khop predict" "^khop predict: $3.npy: cannot write: $2" \
    "$khop" predict model.safetensors g.npz -o "$3.npy"
  expect_error 1 "$1: khop rings .mtx" "^khop rings: $3.mtx: cannot write: $2" \
    "$khop" rings big.txt --hop 1 -o "$3.mtx"
  expect_error 1 "$1: khop rings .npz" "^khop rings: $3.npz: .*$2" "$khop" rings big.txt --hop 1 -o "$3.npz"
  expect_error 1 "$1: khop train --save" "^khop train: $3.st: cannot write: $2" \
    "$khop" train g.npz --epochs 2 --quiet --save "$3.st"
}
awk 'BEGIN { for (i = 0; i < 3000; i++) print i, (i * 7 + 1) % 3000 }' >big.txt
cannot 'no such folder' 'No such file' none/x
cannot 'a file in place of a folder' 'Not a directory' g.txt/x
for end in npy mtx npz st; do
  mkdir "dir.$end"
  ln -s "loop.$end" "loop.$end"
done
cannot 'a folder' 'Is a directory' dir
cannot 'a link to itself' 'Too many levels' loop
long=$(awk 'BEGIN { for (i = 0; i < 300; i++) printf "x" }')
cannot 'a name of 300 letters' 'File name too long' "$long"
as_user=
if [ "$(id -u)" = 0 ]; then
  as_user='setpriv --reuid=65534 --regid=65534 --clear-groups'
  # shellcheck disable=SC2086
  $as_user "$khop" --version >/dev/null 2>&1 || as_user=none
fi
if [ "$as_user" != none ]; then
  mkdir locked
  for end in npy mtx npz st; do echo before >"locked/x.$end"; cp "locked/x.$end" "x.$end"; done
  chmod a-w x.npy x.mtx x.npz x.st
  chmod -R a+rX "$KHOP_TEST_HOME"
  chmod a-w locked
  real_khop=$khop
  cat >as_user.sh <<END
#!/bin/sh
exec $as_user "$real_khop" "\$@"
END
  chmod a+rx as_user.sh
  khop=$work/as_user.sh
  cannot 'a folder without permission' 'Permission denied' locked/y
  cannot 'a file without permission' 'Permission denied' x
  khop=$real_khop
  chmod u+w locked
  same 'without permission: what stood before stands' 'before before before before' "$(cat x.npy x.mtx x.npz x.st | tr '\n' ' ' | sed 's/ $//')"
  same 'without permission: nothing new' 4 "$(ls locked | wc -l | tr -d ' ')"
else
  skip 'a place without permission: the command cannot be run as another user'
fi

# --- a full disk --------------------------------------------------------------------------------------

# full_disk NAME FOLDER: writing fails half-way there; x.npy, x.mtx, x.npz, x.st stand in it.
full_disk() {
  for end in npy mtx npz st; do
    case $end in
      npy) set -- "$1" "$2" predict wide.model wide.graphml -o ;;
      mtx | npz) set -- "$1" "$2" rings big.txt --hop 1 -o ;;
      st) set -- "$1" "$2" train karate --epochs 2 --quiet --save ;;
    esac
    full_name=$1 folder=$2
    shift 2
    expect_error 1 "$full_name: .$end" "^khop $1: $folder/x.$end: .*(No space left|File too large)" $limited "$khop" "$@" "$folder/x.$end"
    same "$full_name: .$end: what stood before stands" before "$(cat "$folder/x.$end")"
    expect_error 1 "$full_name: a new .$end" "^khop $1: $folder/new.$end: .*(No space left|File too large)" $limited "$khop" "$@" "$folder/new.$end"
    same "$full_name: .$end: nothing half-written, no temporary file" 4 "$(find "$folder" -type f ! -name fill | wc -l | tr -d ' ')"
    set -- "$full_name" "$folder"
  done
}
awk 'BEGIN {
  print "<graphml><key id=\"l\" for=\"node\" attr.name=\"label\" attr.type=\"double\"/><key id=\"x\" for=\"node\" attr.name=\"x\" attr.type=\"double\"/><graph>"
  for (i = 0; i < 3000; i++) printf "<node id=\"n%d\"><data key=\"l\">%d</data><data key=\"x\">%g</data></node>\n", i, i % 4, i % 7
  for (i = 0; i < 2999; i++) printf "<edge source=\"n%d\" target=\"n%d\"/>\n", i, i + 1
  print "</graph></graphml>" }' >wide.graphml
check 'a model with many scores' "$khop" train wide.graphml --recipe mlp --hidden 4 --epochs 2 --quiet --save wide.model
mkdir limit
for end in npy mtx npz st; do echo before >limit/x.$end; done
cat >limited.sh <<'END'
#!/bin/sh
trap '' XFSZ
ulimit -f 8
exec "$@"
END
limited='sh limited.sh'
full_disk 'a limit on the size of files' limit
limited=
mkdir full
if mount -t tmpfs -o size=64k khop-test full 2>/dev/null; then
  mounted=$work/full
  for end in npy mtx npz st; do echo before >full/x.$end; done
  dd if=/dev/zero of=full/fill bs=4096 count=11 2>/dev/null
  full_disk 'a full file system' full
  umount full && mounted=
else
  skip 'a full file system: mounting one is not permitted'
fi

# --- memory that cannot be had at the start -------------------------------------------------------------

# The constructor of the BLAS would ask for ever, before main. Sanitizers take terabytes of addresses themselves.
# started LIMIT ARGUMENTS: the command ends within the time, with its answer or with a sentence.
started() {
  kilobytes=$1
  shift
  status=0
  (ulimit -v "$kilobytes" && exec timeout 30 "$khop" "$@") >"$out" 2>"$err" || status=$?
  case $status in
  0) [ -s "$out" ] ;;
  1) grep -q '^khop: 272 MB of memory .* cannot be had: raise the limit' "$err" && [ ! -s "$out" ] ;;
  127) grep -q 'error while loading shared libraries' "$err" ;;
  *) false ;;
  esac
}
case ${KHOP_SANITIZE:-none} in
none)
  for kilobytes in 200000 300000 350000 400000 450000 500000 550000 600000; do
    check "a limit of $kilobytes KB: info" started $kilobytes info karate
    check "a limit of $kilobytes KB: rings" started $kilobytes rings karate --hop 2
    check "a limit of $kilobytes KB: --version" started $kilobytes --version
  done
  check 'a limit that leaves no buffer is said' test "$(started 400000 info karate; echo "$status")" = 1
  ;;
*) skip 'sanitizers take more addresses than a limit leaves' ;;
esac

# --- links stay links ---------------------------------------------------------------------------------

mkdir far
echo before >far/t.npy
ln -s far/t.npy l.npy
ln -s l.npy ll.npy
check 'writing through two links' predict -o ll.npy
same 'the links are links, and the file is new' 'far/t.npy l.npy' "$(readlink l.npy) $(readlink ll.npy)"
check 'the file at their end holds the scores' sh -c 'head -c 6 far/t.npy | grep -q NUMPY'
ln -s far/new.npy dangling.npy
check 'writing through a link to nothing yet' predict -o dangling.npy
check 'makes the file that it names' test -L dangling.npy -a -f far/new.npy
same 'no temporary file is left' 'far/new.npy far/t.npy' "$(echo far/*)"
ln -s ../../no/such dead.npy
expect_error 1 'a link into no folder' 'dead.npy: cannot write: No such file' "$khop" predict model.safetensors g.npz -o dead.npy
chmod 640 far/t.npy
check 'a file is replaced' predict -o far/t.npy
same 'and keeps its mode' '-rw-r-----' "$(ls -l far/t.npy | cut -c 1-10)"
mkfifo pipe.npy
cat pipe.npy >through &
predict -o pipe.npy >"$out" 2>"$err"
wait $!
check 'a named pipe is written through, and stays one' test -p pipe.npy
check 'what came out of it' cmp through far/t.npy
if [ -c /dev/null ]; then
  ln -s /dev/null null.npy
  check 'a device is written through' predict -o null.npy
  check '/dev/null is still a device' test -c /dev/null
fi
same 'no temporary file anywhere' '' "$(find . -name '*.??????' -type f | grep -E '\.(npy|mtx|npz|st|safetensors)\.[A-Za-z0-9]{6}$')"

# --- hops, names ----------------------------------------------------------------------------------------

expect_error 2 'a hop of -1' "^khop rings: --hop: -1 is not between 0 and" "$khop" rings karate --hop -1 -o keep.mtx
expect_error 2 'a hop that is no number' "^khop rings: --hop: not a whole number: 'x'" "$khop" rings karate --hop x -o keep.mtx
expect_error 2 'a hop beyond 32 bits' '99999999999 is not between' "$khop" rings karate --hop 99999999999 -o keep.mtx
expect_error 2 'an unknown recipe' "^khop train: --recipe: not a recipe: 'nope' \(ring, " "$khop" train karate --recipe nope
expect_error 1 'a budget that is too small' 'MB|kB|bytes' "$khop" rings big.txt --hop 3 --memory 1K -o keep.mtx
same 'the output of all that was refused is as it was' before "$(cat keep.mtx)"

finish
