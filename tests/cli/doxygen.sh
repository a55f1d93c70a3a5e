#!/bin/sh
# doxygen.sh: the pages that doxygen makes of the public headers, as docs/Doxyfile says, without a warning.
. "$(dirname "$0")/tap.sh"
cp -R "$root/docs" "$root/include" .
check 'doxygen has nothing to warn of' doxygen docs/Doxyfile
check 'there is a page of a struct' grep -q plateau build-doc/html/structkhop__fit__options.html
# The checker is checked.
printf '/** See \\ref khop_nowhere. */\nint khop_somewhere(void);\n' >>include/khop/base.h
if doxygen docs/Doxyfile >seen 2>&1; then not_ok 'a link that leads nowhere is found' "$(cat seen)"
else ok 'a link that leads nowhere is found'; fi
finish
