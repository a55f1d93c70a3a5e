#!/bin/sh
# mutants.sh: every breakage of tests/mutants.tsv can still be applied. Whether tests notice takes long: tools/mutants.
. "$(dirname "$0")/tap.sh"

breaches() { MUTANTS=$1 sh "$root/tools/mutants" --check; }

# planted NAME AWK-PROGRAM SENTENCE: the list, rewritten by the program, is found to be bad, for this reason alone.
planted() {
  awk -F '\t' -v OFS='\t' "$2" "$root/tests/mutants.tsv" >planted.tsv
  found=$(breaches "$work/planted.tsv")
  if [ $? = 1 ] && [ "$(echo "$found" | wc -l)" = 1 ]; then
    case $found in *"$3"*) ok "$1" && return ;; esac
  fi
  not_ok "$1" "$found"
}

found=$(breaches "$root/tests/mutants.tsv")
same 'every breakage can be applied, every room has three, and there are sixty' '' "$found"

planted 'a text that is not there is seen' 'NR == 2 { $4 = "no such text" } 1' 'has the old text 0 times: no such text'
planted 'a text that is there twice is seen' 'NR == 2 { $4 = "#include" } 1' 'times: #include'
planted 'a file that is not there is seen' 'NR == 2 { $3 = "src/" $1 "/none.c" } 1' 'none.c has the old text 0 times'
planted 'a breakage that changes nothing is seen' 'NR == 2 { $5 = $4 } 1' 'the new text is the old one'
planted 'a test that is not built is seen' 'NR == 2 { $6 = "nothing" } 1' 'has no test nothing'
planted 'a name that is taken is seen' 'NR == 2 { name = $2 } NR == 3 { $2 = name } 1' 'is empty or taken'
planted 'a file of another room is seen' 'NR == 2 { $1 = "plot" } 1' 'is no file of the room plot'
planted 'a line without a test is seen' 'NR == 2 { NF = 5 } 1' '5 columns'
planted 'a room with two breakages is seen' '$1 != "plot" || n++ < 2' 'the room plot has 2 breakages'

same 'a part of a name lists its breakage' 'train	small scaffolds go first	src/train/graphs/splits.c	splits' \
  "$(sh "$root/tools/mutants" --list 'small scaffolds')"
check 'a name that nothing has is an error' sh -c '! sh "$1"/tools/mutants --list "no such name"' sh "$root"

finish
