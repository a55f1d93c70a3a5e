#!/bin/sh
# run_example.sh PROGRAM [arguments]: runs an example and makes a TAP test of its status and output.
output=$("$@")
status=$?
printf '%s\n' "$output" | sed 's/^/# /'
[ $status = 0 ] && [ -n "$output" ] && ok=ok || ok='not ok'
echo "$ok 1 - $(basename "$1")"
echo 1..1
