# house_symbols.awk: edges "FROM TO uses SYMBOL": an object of FROM leaves SYMBOL undefined, one of TO defines it.
# Reads the list of sources (lines "src/room/x.c"), then what `nm -A -g -P` says of the objects. An object's name
# holds the path of its source, with _ for /; what is compiled once an instruction set lies in a library of its
# own, in the room's folder. An object whose source has moved since is passed over; a source without an object is
# told as an edge to itself.
function key(path) { sub(/\.c(\.o)?$/, "", path); gsub(/\//, "_", path); return path }
/^src\/[^ ]*\.c$/ {
  file = substr($0, 5); sub(/\.c$/, "", file)
  name = key(file); sub(/\/no_/, "/", file)
  source[name] = file
  next
}
match($0, /\.o: /) {
  object = substr($0, 1, RSTART + 1)
  split(substr($0, RSTART + RLENGTH), symbol, " ")
  sub(/^.*\/src\//, "", object); sub(/^src\//, "", object); sub(/[^\/]*\.p\//, "", object)
  object = key(object)
  if (!(object in source)) next
  from = source[object]
  compiled[from] = 1
  if (symbol[2] != "U") home[symbol[1]] = from
  else if (!((from, symbol[1]) in seen)) { seen[from, symbol[1]] = 1; user[++count] = from; used[count] = symbol[1] }
}
END {
  for (i = 1; i <= count; i++)
    if (used[i] in home && home[used[i]] != user[i]) print user[i], home[used[i]], "uses " used[i]
  for (name in source)
    if (!(source[name] in compiled)) print source[name], source[name], "has no object"
}
