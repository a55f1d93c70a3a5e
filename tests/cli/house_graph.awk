# house_graph.awk: circles and arrows that go up, from edges "FROM TO WHY...". A circle is a strongly connected
# component of more than one file; a breach is one line that names its files, and a line for each edge inside with
# all its reasons. ROOMS is the order of the rooms.
BEGIN { count = split(ROOMS, order, " "); for (i = 1; i <= count; i++) place[order[i]] = i }
function room(file) { sub(/\/.*/, "", file); return file }
{
  from = $1; to = $2; why = $0
  sub(/^[^ ]+ [^ ]+ /, "", why)
  if (why == "has no object") { print from ": has no object in the build"; next }
  if (place[room(from)] && place[room(to)] > place[room(from)])
    print from ": " why " of " to ", which stands to its right"
  if (!(from in file)) { file[from] = ++files; name[files] = from }
  if (!(to in file)) { file[to] = ++files; name[files] = to }
  if (!((from, to) in reasons)) next_of[from, ++degree[from]] = to
  reasons[from, to] = reasons[from, to] (reasons[from, to] == "" ? "" : ", ") why
}
# What can be reached from a file, breadth first.
function search(start,   queue, head, tail, at, i, to) {
  queue[tail = 1] = start; head = 0
  while (head < tail) {
    at = queue[++head]
    for (i = 1; i <= degree[at]; i++) {
      to = next_of[at, i]
      if (!((start, to) in reaches)) { reaches[start, to] = 1; queue[++tail] = to }
    }
  }
}
function together(a, b) { return (a, b) in reaches && (b, a) in reaches }
END {
  for (i = 1; i <= files; i++) search(name[i])
  for (i = 1; i <= files; i++) {
    if (told[i]) continue
    line = name[i]; members = 1
    for (j = i + 1; j <= files; j++)
      if (together(name[i], name[j])) { line = line " " name[j]; told[j] = 1; members++ }
    if (members < 2) continue
    print "circle of " members " files: " line
    count = split(line, member, " ")
    for (a = 1; a <= count; a++)
      for (b = 1; b <= count; b++)
        if ((member[a], member[b]) in reasons) print "  " member[a] " -> " member[b] ": " reasons[member[a], member[b]]
  }
}
