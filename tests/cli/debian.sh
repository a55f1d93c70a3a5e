#!/bin/sh
# debian.sh: khop data build debian: from a file, a pipe and the machine; where it goes; what is no index.
. "$(dirname "$0")/tap.sh"

index=$fixtures/debian_index.txt
# 30 packages with words that are in enough of them: the fixture's are too few for the bounds.
awk 'BEGIN { for (i = 0; i < 30; i++)
  printf "Package: p%02d\nSection: %s\nDepends: p%02d\nDescription: a %s thing\n\n", i,
         i % 2 ? "net" : "non-free/libs", (i + 1) % 30, i % 2 ? "network" : "library" }' >made
sed -i 's/ thing//' made

# Words of half the packages are beyond the default share of a quarter.
expect_error 1 'no word within the bounds' 'made: no word of the descriptions is in 10 to 7 of the 30 packages' \
  "$khop" data build debian --from made
awk 'BEGIN { split("web mail file chat", w, " "); for (i = 0; i < 60; i++)
  printf "Package: p%02d\nSection: %s\nDepends: p%02d\nDescription: a %s thing%d\n\n", i,
         i % 2 ? "net" : "non-free/libs", (i + 1) % 60, w[i % 4 + 1], i }' >made
expect_output 'from a file, to the folder of the user' \
  "^$XDG_DATA_HOME/khop/debian.npz: 60 packages, 60 links \(60 directed\), 4 words, 2 sections\$" \
  "$khop" data build debian --from made
expect_output 'it is found by its name' "^$XDG_DATA_HOME/khop/debian.npz\$" "$khop" data path debian
expect_output 'and trained on' '^debian, recipe ring: accuracy' "$khop" train debian --recipe ring --epochs 3 -q
expect_output 'from a pipe, to a file' '^here.npz: 60 packages' \
  sh -c '"$0" data build debian --from - -o here.npz <made' "$khop"
check 'the same bytes either way' cmp here.npz "$XDG_DATA_HOME/khop/debian.npz"
run "$khop" data build debian --from made -o here.npz --json
same '--json' '60 60 here.npz' "$(field packages "$out") $(field links "$out") $(field path "$out")"

printf 'Package: a\n\nnot a field\n' >broken
expect_error 1 'what is no index' "^khop data: broken: line 3: 'not a field' is no field" \
  "$khop" data build debian --from broken -o none.npz
expect_error 1 'an empty index' '^khop data: standard input: there is no package' \
  "$khop" data build debian --from - -o none.npz
expect_error 1 'a file that is not there' '^khop data: nope: cannot be read' \
  "$khop" data build debian --from nope -o none.npz
expect_error 1 'a folder that is not there' 'no/none.npz' "$khop" data build debian --from made -o no/none.npz
mkdir empty
expect_error 1 'a machine without apt' "^khop data: 'apt-cache dumpavail' failed \(status 127\)" \
  env PATH="$work/empty" "$khop" data build debian -o none.npz
printf '#!/bin/sh\ncat made\nexit 3\n' >empty/apt-cache && chmod +x empty/apt-cache
expect_error 1 'an index that breaks off' "^khop data: 'apt-cache dumpavail' failed \(status 3\)" \
  env PATH="$work/empty:$PATH" "$khop" data build debian -o none.npz
check 'nothing was left behind' test ! -e none.npz
printf '#!/bin/sh\ncat made\n' >empty/apt-cache
expect_output 'the index of the machine' '^none.npz: 60 packages' \
  env PATH="$work/empty:$PATH" "$khop" data build debian -o none.npz
check 'the same bytes again' cmp none.npz here.npz
HOME=$work/home XDG_DATA_HOME= expect_output 'without XDG_DATA_HOME' "^$work/home/.local/share/khop/debian.npz: " \
  "$khop" data build debian --from made

for count in 1 2; do
  awk -v n=$count 'BEGIN { for (i = 0; i < n; i++) printf "Package: p%d\nSection: net\nDescription: a web thing\n\n", i }' >few
  expect_error 1 "an index of $count: no file that khop would refuse" 'no word of the descriptions' \
    "$khop" data build debian --from few -q -o few.npz
  check "an index of $count: no file" test ! -e few.npz
done

finish
