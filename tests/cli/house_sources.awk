# house_sources.awk: what the sources themselves show, a line for each breach. Reads all files of src/ and include/
# (named from the root); ROOMS is the order of the rooms.
BEGIN {
  split(ROOMS, order, " ")
  for (i in order) place[order[i]] = i + 0
  split("base:base table:files pipes:files graph:graph igraph:graph data:data schema:data graphs:graphsets debian:debian rings:search " \
    "typed_graph:graph typed:typed graphblas:search apply:apply distributed:distributed shard_read:distributed shard_run:distributed molecules:molecules descriptors:molecules " \
    "molecule_graphs:molecules wavelet:wavelet model:model batch:model blocks:model stream:model " \
    "train:train auto:train learn:train domain:train hops:train evaluate:train export:export explain:explain audit:audit plot:plot khop:cli", pairs, " ")
  for (i in pairs) { split(pairs[i], p, ":"); topic[p[1]] = p[2] }
  split("igraph:graph libxml:graph zlib:graph GraphBLAS:search cholmod:graph suitesparse:graph SuiteSparse:graph " \
    "cblas:kernels zip:files cjson:files,data,debian,train,cli cairo:plot indigo:molecules", pairs, " ")
  for (i in pairs) { split(pairs[i], p, ":"); homes[p[1]] = p[2]; libraries[++count] = p[1] }
  memory_calls = "malloc|calloc|realloc|reallocarray|aligned_alloc|posix_memalign|memalign|free|strdup|strndup|" \
    "asprintf|vasprintf|getline"
  other_calls = "printf|vprintf|fprintf|vfprintf|puts|fputs|putchar|perror|exit|_exit|_Exit|quick_exit|abort|raise|" \
    "assert|err|errx|warn"
  forbidden = "(^|[^A-Za-z0-9_.>])(" memory_calls "|" other_calls ")[[:space:]]*[(]"
  # where a library below khop, or the language, asks for it: FILE:WORD
  allowed["src/data/catalogue.c:free"] = "what scandir allocates"
  allowed["src/model/describe.c:free"] = "what open_memstream allocates"
}
function breach(what) { print FILENAME ":" FNR ": " what }
# the source without comments and without what stands in quotes
function code(line,   out, at) {
  out = ""
  while (line != "") {
    if (inside) {
      at = index(line, "*/")
      if (!at) return out
      line = substr(line, at + 2); inside = 0
    } else if (match(line, /\/\*|\/\/|"([^"\\]|\\.)*"|\047(\\.|[^\047\\])+\047/)) {
      out = out substr(line, 1, RSTART - 1)
      at = substr(line, RSTART, 2)
      if (at == "//") return out
      if (at == "/*") { inside = 1; line = substr(line, RSTART + 2) }
      else { out = out "\"\""; line = substr(line, RSTART + RLENGTH) }
    } else { out = out line; line = "" }
  }
  return out
}
function in_list(word, list) { return index("," list ",", "," word ",") > 0 }
# the file a source belongs to: x.c and x.h are one, and no_x.c stands in for x.c where a library is missing
function file_of(path) { sub(/\.[ch]$/, "", path); sub(/\/no_/, "/", path); return path }
# x.h without an x.c is the header of the files x_*.c
function family(header, own) {
  sub(/^ /, "", header); sub(/\.h$/, "", header)
  return header != "" && index(own, header "_") == 1 && !((header ".c") in sources)
}
# A declaration that has been read to its end, which is ";", "{" or "=": where a private name is declared and defined.
function declaration(text,   end, name) {
  end = substr(text, length(text))
  if (text ~ /^(static|typedef|enum|return)[^a-z]/ || text ~ /^(struct|union) *[a-z0-9_]+ *.$/) return
  if (match(text, /khop_i_[a-z0-9_]+ *\(/)) name = substr(text, RSTART, RLENGTH - 1)
  else if (match(text, /khop_i_[a-z0-9_]+ *(\[[^\]]*\] *)*.$/)) name = substr(text, RSTART, RLENGTH - 1)
  else return
  sub(/[^a-z0-9_].*/, "", name)
  if (FILENAME ~ /\.h$/) declared[name] = declared[name] " " FILENAME
  else if (end == ";" && (text ~ /^extern / || text ~ /\(/)) breach(name " is declared in a source, not in a header")
  else { defined[name, ++definitions[name]] = FILENAME; line_of[name, definitions[name]] = FNR }
}
FNR == 1 {
  sources[FILENAME] = 1
  inside = 0; unfinished = ""
  split(FILENAME, part, "/")
  public = part[1] == "include"
  name = part[3]; sub(/\.h$/, "", name)
  here = public ? topic[name] : part[2]
  if (!(here in place)) breach("stands in no folder of the house")
}
/^[[:space:]]*#[[:space:]]*include/ {
  header = $0
  sub(/^[[:space:]]*#[[:space:]]*include[[:space:]]*[<"]/, "", header); sub(/[>"].*/, "", header)
  if (header ~ /^khop\//) {
    to = header; sub(/^khop\//, "", to); sub(/\.h$/, "", to)
    if (!(to in topic)) breach("includes " header ", which is no public header")
    else if (place[topic[to]] > place[here]) breach(here " includes " header ", which stands to its right")
    if (public && (to == "igraph" || to == "graphblas")) breach(header " is opt-in")
  } else if (index($0, "\"")) {
    to = header
    if (sub(/\/.*/, "", to) && (to in place)) {
      if (place[to] > place[here]) breach(here " includes " header ", which stands to its right")
      if (here == "cli" && to != "cli") breach("the command includes " header ", which is private")
      if (public) breach("a public header includes " header)
    } else if (header ~ /\//) breach("includes " header ", which stands in no folder of the house")
    else if (public) breach("a public header includes " header)
  }
  to = header; sub(/\/.*/, "", to)
  sub(/^suitesparse\/GraphBLAS/, "GraphBLAS", header) # where some systems keep it
  for (i = 1; i <= count && !(to in place); i++)
    if (header ~ ("^(.*/)?" libraries[i] "([./]|$)") && header !~ /^khop\//) {
      if (public ? name != tolower(libraries[i]) : !in_list(here, homes[libraries[i]]))
        breach((public ? header : here " includes " header) " has no place here")
    }
  next
}
{
  text = code($0)
  if (public) next
  if (unfinished == "" && text ~ /^[a-z]/ && text !~ /:$/) unfinished = text
  else if (unfinished != "") unfinished = unfinished " " text
  if (match(unfinished, /[;{=]/)) { declaration(substr(unfinished, 1, RSTART)); unfinished = "" }
  if (here == "cli") next
  while (match(text, forbidden)) {
    word = substr(text, RSTART, RLENGTH)
    text = substr(text, RSTART + RLENGTH)
    gsub(/[^A-Za-z_]/, "", word)
    memory = word ~ /alloc|free|memalign|dup$|asprintf|getline/
    if (memory && FILENAME == "src/base/memory.c") continue
    # to a file that is being written, not to the terminal
    if (word ~ /^v?fprintf$|^fputs$/ && text !~ /std(out|err)/) continue
    if ((FILENAME ":" word) in allowed) continue
    breach(memory ? word "(): memory comes from src/base/memory.c" \
      : word "(): the library does not print, exit or abort")
  }
  if (text ~ /(^|[^A-Za-z0-9_])(stdout|stderr)([^A-Za-z0-9_]|$)/) breach("the library does not print")
}
END {
  for (name in definitions)
    for (i = 1; i <= definitions[name]; i++) {
      own = file_of(defined[name, i]) ".h"
      if (declared[name] == " " own || family(declared[name], own)) continue
      print defined[name, i] ":" line_of[name, i] ": " name \
        (declared[name] != "" ? " is declared in" declared[name] ", not in " own : " is declared in no header: static?")
    }
}
