# Comments that begin a line, plain ones of C, become those of doxygen, their text as it stands.
/^\/\* [^-].*\*\// {
  s,^/\* \(.*\) *\*/,/** @verbatim\n\1\n@endverbatim */,
  b
}
/^\/\* [^-]/,/\*\// {
  s,^/\* ,/** @verbatim\n,
  s, *\*/,\n@endverbatim */,
}
