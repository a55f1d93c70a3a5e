#!/bin/sh
# pieces.sh FILE...: the pieces of C that exported models are put together from, as C: a list of lines a file, in order.
set -eu
echo '/* Made by pieces.sh of src/export/pieces. */'
for file; do
  echo "static const char *const piece_$(basename "$file" .c.in)[] = {"
  sed -e 's/\\/\\\\/g' -e 's/"/\\"/g' -e 's/^/    "/' -e 's/$/\\n",/' "$file"
  echo '    NULL};'
done
echo 'static const struct { const char *name; const char *const *lines; } pieces[] = {'
for file; do
  piece=$(basename "$file" .c.in)
  echo "    {\"$piece\", piece_$piece},"
done
echo '};'
