#!/bin/sh
# pages.sh KHOP MAN BASH ZSH FISH: installs the manual pages and the completion of shells, as the command writes them.
set -eu
khop=$1 man=${DESTDIR:-}$2 bash=${DESTDIR:-}$3 zsh=${DESTDIR:-}$4 fish=${DESTDIR:-}$5
mkdir -p "$man" "$bash" "$zsh" "$fish"
"$khop" --manual >"$man/khop.1"
for command in $("$khop" help | awk '/^Commands:/ { on = 1; next } /^$/ { on = 0 } on { print $1 }'); do
  "$khop" --manual "$command" >"$man/khop-$command.1"
done
"$khop" --completion bash >"$bash/khop"
"$khop" --completion zsh >"$zsh/_khop"
"$khop" --completion fish >"$fish/khop.fish"
