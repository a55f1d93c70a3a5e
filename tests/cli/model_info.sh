# model_info.sh: khop info of a model, and the missing values of data that a model is given.
. "$(dirname "$0")/tap.sh"

# people FILE LOW HIGH MISSING: a cycle of 40 nodes whose age is one of two numbers, and missing at every MISSINGth.
people() {
  awk -v low="$2" -v high="$3" -v every="$4" 'BEGIN {
    print "graph ["
    for (i = 0; i < 40; i++) {
      printf "node [ id %d club \"%s\" town \"%s\"", i, i % 2 ? "x" : "y", i % 3 ? "Ulm" : "Bonn"
      if (i % every) printf " age %g", i % 2 ? low : high
      print " ]"
    }
    for (i = 0; i < 40; i++) printf "edge [ source %d target %d ]\n", i, (i + 1) % 40
    print "]"
  }' >"$1"
}
# line TEXT: the output has this line.
line() { check "$1" grep -Fqx -e "$1" "$out"; }

# --- what a model was trained on -------------------------------------------------------------------------

people people.gml 10 30 10
check 'a model of nodes' "$khop" train people.gml --label club --missing mean --recipe mlp --epochs 20 -q --save nodes.safetensors
run "$khop" info nodes.safetensors
same 'it is described' 0 "$status"
line '  recipe          mlp'
line '  features        4'
line '    town          category of 2: Bonn, Ulm'
line "    age           number (4 missing, taken as $(awk 'BEGIN { print (20 * 10 + 16 * 30) / 36 }'))"
line '    age           indicator'
line '  classes         2: x, y'
line '  options         --label=club --missing=mean --recipe=mlp --epochs=20'
run "$khop" info nodes.safetensors --json
check 'as JSON, too' grep -q '"treated":.*"mean"' "$out"
check 'with the classes' grep -q '"class_names":.*\["x", "y"\]' "$out"
check 'and the options' grep -q '"missing":.*"mean"' "$out"
check 'zeros are told' "$khop" train people.gml --label club --missing zero --recipe gcn --epochs 2 -q --save zero.safetensors --row-normalize yes
run "$khop" info zero.safetensors
line '    age           number (4 missing, taken as 0)'
line '  features        4, each row divided by its sum'
expect_error 2 'an option of data' '--label is of data, and nodes.safetensors is a model' "$khop" info nodes.safetensors --label club
expect_error 1 'a model that is none' 'none.safetensors' "$khop" info none.safetensors

# Sizes 3, 5, 3, 5 ..: mean and deviation of whatever part trains are near 4 and 1; those of the part are in the file.
awk 'BEGIN {
  print 20 >"set.txt"
  print "id,size,part" >"sizes.csv"
  for (g = 0; g < 20; g++) {
    n = g % 2 ? 3 : 5
    print n, 0 >"set.txt"
    for (i = 0; i < n; i++) print 0, 2, (i + 1) % n, (i + n - 1) % n >"set.txt"
    printf "%d,%g,%s\n", g, g < 12 ? n + 0.5 : 100, g < 12 ? "train" : g < 16 ? "val" : "test" >"sizes.csv"
  }
}'
check 'a model of numbers of graphs' "$khop" train set.txt --graph-labels sizes.csv --target size --split-column part --epochs 2 --hidden 4 --layers 1 -q --save sizes.safetensors
run "$khop" info sizes.safetensors
line '  targets         1: size'
line '    size          mean 4.5, deviation 1: learned in units of it'
check 'of graphs' grep -q '^sizes.safetensors: a model of sets of graphs' "$out"

# --- missing values of other data are those of the training --------------------------------------------------

# Nodes alone (mlp): what is said of a node without an age depends on the model, not on the ages of others.
people others.gml 1000 5000 5
for how in '' '--missing mean'; do
  check "others, with ages of another size $how" "$khop" predict nodes.safetensors others.gml $how -o others.csv
  check 'the people themselves' "$khop" predict nodes.safetensors people.gml $how -o people.csv
  lacking() { awk -F, 'NR > 1 && $1 % 10 == 0 { print $1, $3, $4 }' "$1"; }
  same "a node without an age is taken for one with the mean of the training $how" "$(lacking people.csv)" "$(lacking others.csv)"
done
people whole.gml 10 30 1000
sed 's/age 30/age 20/; s/town "Bonn" \]/town "Bonn" age 20 ]/' whole.gml >known.gml # node 0 has an age, too
check 'a model that saw no missing value' "$khop" train known.gml --label club --recipe mlp --epochs 20 -q --save whole.safetensors
expect_error 1 'refuses some unless it is told what to do' '--missing mean or zero' "$khop" predict whole.safetensors others.gml -o o.csv
mean=$(awk '{ for (i = 1; i < NF; i++) if ($i == "age") { n++; s += $(i + 1) } } END { printf "%.17g", s / n }' known.gml)
check 'it fills them in' "$khop" predict whole.safetensors others.gml --missing mean -o others.csv
sed "s/\(town \"[A-Za-z]*\"\) \]/\1 age $mean ]/" others.gml >filled.gml
check 'as if they were there' "$khop" predict whole.safetensors filled.gml -o filled.csv
check 'with the mean of the training' cmp others.csv filled.csv

finish
