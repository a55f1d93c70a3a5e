#!/bin/sh
# auto.sh: khop train where no recipe is named: the one that the validation nodes choose, what is said of it, what is kept.
. "$(dirname "$0")/tap.sh"
. "$root/tests/cli/circle.sh"

circle circle.graphml

run "$khop" train circle.graphml --epochs 15 --json -q
cp "$out" auto.json
same 'a recipe is chosen and trained' 0 "$status"
chosen=$(field recipe auto.json)
same 'every recipe of the portfolio is in the JSON, and the best with encodings, each with its fate' 9 "$(grep -c '"fate":' auto.json)"
same 'one is chosen' 1 "$(grep -c '"fate":.*"chosen"' auto.json)"
check 'the one that is trained' grep -q "\"recipe\":.*\"$chosen\"" auto.json
for key in split metric by_imbalance largest_class majority label_propagation validation_nodes tried deviation; do
  check "the JSON has \"$key\"" grep -q "\"$key\":" auto.json
done
same 'by the nodes that validate' 20 "$(field validation_nodes auto.json)"
run "$khop" train circle.graphml --epochs 15
check 'the table has a line a trial' [ "$(grep -c '^  [a-z]* .* epochs' "$out")" = 9 ]
same 'and says which is chosen' "$chosen" "$(sed -n 's/^  \([a-z]*\) .* chosen$/\1/p' "$out")"
encodings=laplacian:8,walk:8,profile:4
encodings_of() { sed -n 's/.*"encodings":[^"]*"\(.*\)".*/\1/p' "$1" | head -n 1; }
same 'with what beside its features' "$encodings $encodings" \
  "$(sed -n 's/^  .* with \(.*\)  chosen$/\1/p' "$out") $(encodings_of auto.json)"
check 'of how many nodes, and what the largest class scores' \
  grep -q '^chosen by 20 validation nodes, accuracy in %; the largest class alone: 3[0-9]\.' "$out"
run "$khop" train circle.graphml --epochs 15 --json -q --threads 1
check 'one thread chooses the same, with the same scores' [ \
  "$(grep -v '"seconds\|bytes\|"threads' "$out")" = "$(grep -v '"seconds\|bytes\|"threads' auto.json)" ]
run "$khop" train circle.graphml --epochs 15 --json -q --recipe "$chosen" --encodings "$encodings" --row-normalize no
same 'the training is that of the recipe by its name' "$(field test_mean auto.json)" "$(field test_mean "$out")"

# --- what is kept -----------------------------------------------------------------------------------

run "$khop" train circle.graphml -q --epochs 6 --save auto.safetensors --json
chosen=$(field recipe "$out")
expect_output 'the model says what it is' "recipe.*$chosen" "$khop" info auto.safetensors
check 'it predicts' "$khop" predict auto.safetensors circle.graphml -o scores.csv
run "$khop" train circle.graphml --resume auto.safetensors --epochs 8 --json -q
same 'and is gone on with, without choosing again' "0 $chosen 8 0" \
  "$status $(field recipe "$out") $(field epochs "$out") $(grep -c '"tried"' "$out")"
run "$khop" train circle.graphml -q --epochs 15 --save encoded.safetensors --json
"$khop" evaluate encoded.safetensors circle.graphml --json >scored.json
same 'the encodings that were chosen are kept, and made anew for what is scored' \
  "$(field test_mean "$out" | cut -c1-6) $encodings" "$(field accuracy scored.json | cut -c1-6) $(encodings_of "$out")"
"$khop" train circle.graphml -q --epochs 15 --jobs 2 --seeds 2 --json >jobs.json
"$khop" train circle.graphml -q --epochs 15 --seeds 2 --json >alone.json
same 'processes of their own have them too' "$(field test_mean alone.json)" "$(field test_mean jobs.json)"
run "$khop" train circle.graphml -q --epochs 15 --encodings walk:2 --json
same 'where some are given no others are tried' 8 "$(grep -c '"fate":' "$out")"

# --- several splits ---------------------------------------------------------------------------------

run "$khop" train circle.graphml --seeds 2 --epochs 5 --json -q
same 'two seeds are trained by one choice' '2 1' "$(grep -c '"best_epoch":' "$out") $(grep -c '"tried":' "$out")"

# --- the best recipes together ------------------------------------------------------------------------

run "$khop" train circle.graphml --epochs 5 --ensemble 3 --seeds 2 --json -q
cp "$out" three.json
same 'an ensemble is a run of each of the best recipes, and of their next seeds' '0 6 2 auto 3' \
  "$status $(grep -c '"best_epoch":' three.json) $(sed -n '/"ensembles":/,/]/p' three.json | grep -c '"val":') $(field recipe three.json) $(grep -c '"in_ensemble":[[:space:]]*true' three.json)"
# Fates of the last round before those of the first, then scores.
tr -d ' \t' <three.json | awk -F'[:,]' '/^"recipe":/ { name = $2 } /^"fate":/ { fate = $2 } /^"in_ensemble":/ { in_it = 1 }
  /^"val":/ && fate { rank = fate ~ /behind/ ? 2 : fate ~ /finalist/ ? 1 : 0
    printf "%d %.9f %d %s\n", rank, -$2, in_it, name; fate = ""; in_it = 0 }' | sort -s -n -k1,1 -k2,2 >ranked
same 'those that validate best' '1 1 1 0 0 0 0 0' "$(awk '{ print $3 }' ranked | tr '\n' ' ' | sed 's/ $//')"
run "$khop" train circle.graphml --epochs 5 --ensemble 2 -q
same 'the table names them, and what they score together' '2 1' \
  "$(grep -c '^  [a-z]* .* in the ensemble$' "$out") $(grep -c '^  2 models together: .* % (validation .* %)$' "$out")"
expect_error 1 'more models than recipes' '^khop train: --ensemble 9: auto has trained 8 recipes on split 0' \
  "$khop" train circle.graphml --epochs 1 --ensemble 9 -q

# --- seeds together, against the files of each ----------------------------------------------------------

for seed in 3 4; do
  "$khop" train circle.graphml --recipe gcn --epochs 9 --seed $seed --save $seed.safetensors -q >/dev/null
  "$khop" predict $seed.safetensors circle.graphml -o $seed.csv >/dev/null
done
"$khop" train circle.graphml --recipe gcn --epochs 9 --seed 3 --ensemble 2 --json -q >two.json
# scored PART: the share of right classes by the mean of both files, of the nodes whose number leaves PART by three.
scored() {
  awk -F, -v part="$1" 'FNR == 1 { file++; next } file == 1 { for (c = 3; c <= 5; c++) p[$1, c] = $c; next }
    $1 % 3 == part { best = 3; n++
      for (c = 4; c <= 5; c++) if (p[$1, c] + $c > p[$1, best] + $best) best = c
      right += substr("xyz", best - 2, 1) == $6 }
    END { printf "%.6f", right / n }' 3.csv 4.csv
}
seen() { sed -n '/"ensembles":/,/]/s/.*"'"$1"'":[[:space:]]*\([0-9.e-]*\).*/\1/p' two.json | awk '{ printf "%.6f", $1 }'; }
same 'the columns are those of three classes' 'node,predicted,probability of x,probability of y,probability of z,label' \
  "$(head -n 1 3.csv)"
same 'two seeds together score what the mean of their files scores' "$(scored 1) $(scored 2)" "$(seen val) $(seen test)"
for option in '--resume 3.safetensors' '--jobs 2' '--save m --seeds 2' '--save m --split all'; do
  # shellcheck disable=SC2086
  expect_error 2 "an ensemble and $option" "^khop train: --ensemble and ${option%% *}: " \
    "$khop" train circle.graphml --recipe gcn --ensemble 2 --epochs 1 $option
done

check 'they are saved' "$khop" train circle.graphml --recipe gcn --epochs 9 --seed 3 --ensemble 2 -q --save m.safetensors
same 'a file each' 'm-2.safetensors m.safetensors' "$(echo m*.safetensors)"
check 'and predicted together' "$khop" predict m.safetensors circle.graphml -o m.csv
same 'as the mean of each' 'same 60' "$(awk -F, 'FNR == 1 { file++; next } file < 3 { sum[$1] += $3 / 2; next }
  { off = $3 - sum[$1]; if (off < 1e-5 && off > -1e-5) n++ } END { print n == 60 ? "same" : "other", n }' 3.csv 4.csv m.csv)"
same 'with the deviation beside it' 'node,predicted,probability of x,deviation of x' "$(head -n 1 m.csv | cut -d, -f1-4)"
check 'some alone' "$khop" predict m.safetensors circle.graphml -o some.csv --rows 7,3
same 'as of the whole' "$(grep '^7,' m.csv) $(grep '^3,' m.csv)" "$(sed -n 2p some.csv) $(sed -n 3p some.csv)"
"$khop" evaluate m.safetensors circle.graphml --json >m.json
same 'and evaluated together' "$(seen test) 2" "$(field accuracy m.json | awk '{ printf "%.6f", $1 }') $(field models m.json)"
check 'told' sh -c "'$khop' explain m.safetensors circle.graphml --node 3 2>&1 | grep -q 'one model of an ensemble of 2'"
check 'the best recipes are saved' "$khop" train circle.graphml --epochs 4 --ensemble 2 -q --save two.safetensors
check 'and predict together' sh -c "'$khop' predict two.safetensors circle.graphml -o two.csv | grep -q '60 nodes, 3 columns, 2 models'"
rm two-2.safetensors
expect_error 1 'a file that is gone' 'two-2.safetensors' "$khop" predict two.safetensors circle.graphml -o two.csv
expect_error 2 'none of them is gone on with' '^khop train: --ensemble and --resume: ' \
  "$khop" train circle.graphml --resume m.safetensors --epochs 20

# --- without a choice -------------------------------------------------------------------------------

sed 's/>val</>test</' circle.graphml >blind.graphml
run "$khop" train blind.graphml --epochs 5
same 'without validation nodes it is ring' '0 1' "$status $(grep -c 'recipe ring:' "$out")"
check 'and that is said' grep -q 'recipe ring: .*no validation nodes' "$out"
expect_error 1 'auto by name is refused there' '^khop train: blind: there are no validation nodes' \
  "$khop" train blind.graphml --recipe auto
run "$khop" train circle.graphml --hidden 4 --epochs 5
same 'an option of the model is one of ring' '0 1' "$status $(grep -c 'recipe ring:' "$out")"
expect_error 2 'which auto by name refuses' '^khop train: --hidden: auto chooses' \
  "$khop" train circle.graphml --recipe auto --hidden 4
expect_error 2 'a budget without a choice' '^khop train: --budget: of what' \
  "$khop" train circle.graphml --recipe mlp --budget 60s
expect_error 2 'a budget that is no time' "^khop train: --budget: not a time: 'soon'" \
  "$khop" train circle.graphml --budget soon
expect_error 1 'a budget that is over at once' '^khop train: no recipe could be tried: no time was left' \
  "$khop" train circle.graphml --budget 0.000001s
run "$khop" train circle.graphml --feature-norm none --recipe ring --epochs 5 -q
same 'features are taken as they are where that is asked for' 0 "$status"
expect_error 2 'a norm that is none' '^khop train: --feature-norm:' "$khop" train circle.graphml --feature-norm -3
finish
