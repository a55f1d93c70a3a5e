# house_includes.awk: edges "FROM TO includes HEADER" between the files of src/ (x.c and x.h are one, named
# "room/x") and between public headers ("khop/x.h"). Reads all files of src/ and include/.
function file_of(path) {
  sub(/^(src|include)\//, "", path)
  if (path ~ /^khop\//) return path
  sub(/\.[ch]$/, "", path); sub(/\/no_/, "/", path)
  return path
}
FNR == 1 { from = file_of(FILENAME) }
/^[[:space:]]*#[[:space:]]*include[[:space:]]*("|<khop\/)/ {
  header = $0
  sub(/^[^<"]*[<"]/, "", header); sub(/[>"].*/, "", header)
  to = file_of(header)
  if (to !~ /\//) { to = from; sub(/[^\/]*$/, "", to); to = to file_of(header) } # beside the file that includes it
  if (to != from) print from, to, "includes " header
}
