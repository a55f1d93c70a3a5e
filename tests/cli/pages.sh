#!/bin/sh
# pages.sh: manual pages and shell completion know every option that --help knows, and are read without a warning.
# zsh and fish (22 MB) are asked where they are.
. "$(dirname "$0")/tap.sh"

commands=$("$KHOP" help | awk '/^Commands:/ { on = 1; next } /^$/ { on = 0 } on { print $1 }')
"$KHOP" --manual >khop.1
for shell in bash zsh fish; do "$KHOP" --completion $shell >complete.$shell; done

# options_of COMMAND: as its help lists them
options_of() { "$KHOP" help "$1" | sed -n 's/^  \(-.,\|   \) --\([a-z0-9-]*\).*/\2/p'; }
# lacking COMMAND: options of the help that one of the pages does not have
lacking() {
  for option in $(options_of "$1"); do
    sed 's/\\-/-/g; s/\\f[BIR]//g' "khop-$1.1" | grep -Eq "^(-., )?--$option( |\$)" || echo "khop-$1.1: $option"
    grep -E "^ +$1\\) case" complete.bash | grep -Eq "[' ]--$option[' ]" || echo "bash: $option"
    sed -n "/^ *$1)\$/,/;;/p" complete.zsh | grep -Eq -- "--$option[[}]" || echo "zsh: $option"
    grep -F "__fish_seen_subcommand_from $1'" complete.fish | grep -Fq -- " -l $option " || echo "fish: $option"
  done
}
for command in $commands; do
  "$KHOP" --manual "$command" >"khop-$command.1"
  same "help, manual and completion of khop $command have the same options" '' "$(lacking "$command")"
  check "khop(1) names khop-$command" grep -Fq "khop\\-$command" khop.1
done
check 'train has options to look at' test "$(options_of train | wc -l)" -gt 30
sed -i '/--seeds/d; s/ --seeds//' complete.bash complete.zsh
same 'the checker is checked: an option that is gone is seen' 'bash: seeds zsh: seeds' "$(lacking train | grep seeds | paste -sd' ')"
for shell in bash zsh; do "$KHOP" --completion $shell >complete.$shell; done

if command -v mandoc >/dev/null; then
  same 'mandoc reads the pages without a warning' '' "$(mandoc -Tlint -Wwarning khop*.1 2>&1)"
else skip 'mandoc is not here'; fi
if command -v groff >/dev/null; then
  same 'groff reads the pages without a warning' '' "$(groff -ww -man -Tascii -z khop*.1 2>&1)"
else skip 'groff is not here'; fi

for shell in bash zsh fish; do
  if command -v $shell >/dev/null; then
    check "$shell reads its completion" $shell -n complete.$shell
  else skip "$shell is not here"; fi
done
# completed WORD ..: what bash makes of the line; the last word is the one that is completed
completed() {
  bash -c '. ./complete.bash; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _khop; echo "${COMPREPLY[*]}"' bash "$@"
}
same 'khop train --re<TAB>' '--recipe --readout --resume' "$(completed khop train --re)"
same 'khop tr<TAB>' 'train' "$(completed khop tr)"
same 'khop help fea<TAB>' 'featurize' "$(completed khop help fea)"
same 'files are left to the shell' '' "$(completed khop train kar)"
if command -v fish >/dev/null; then
  same 'khop train --re<TAB> in fish' '--readout --recipe --resume' \
    "$(fish -c 'source complete.fish; complete -C "khop train --re"' | cut -f1 | sort | paste -sd' ')"
fi

fails_with() { "$KHOP" "$@" 2>said; echo $?; }
same 'a shell that there is not is bad use' 2 "$(fails_with --completion tcsh)"
check 'and told' grep -Fq "bash, zsh or fish, not 'tcsh'" said
same 'a page of no command is bad use' 2 "$(fails_with --manual nothing)"

finish
