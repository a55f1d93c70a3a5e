# circle.sh: a small data set for tests of trainings, to be read by `.`: circle FILE writes it.

# A circle of 60 nodes in three arcs, a class each; features tell the class of a node's neighbours, not its own. A third of
# the nodes trains, a third validates, a third tests.
circle() {
  awk 'BEGIN {
    print "<graphml xmlns=\"http://graphml.graphdrawing.org/xmlns\">"
    split("label:string split:string a:double b:double", keys, " ")
    for (k = 1; k <= 4; k++) { split(keys[k], p, ":")
      printf "<key id=\"%s\" for=\"node\" attr.name=\"%s\" attr.type=\"%s\"/>\n", p[1], p[1], p[2] }
    print "<graph edgedefault=\"undirected\">"
    for (i = 0; i < 60; i++) {
      class = int(i / 20); part = i % 3 == 0 ? "train" : i % 3 == 1 ? "val" : "test"
      printf "<node id=\"%d\"><data key=\"label\">%s</data><data key=\"split\">%s</data>", i, substr("xyz", class + 1, 1), part
      printf "<data key=\"a\">%g</data><data key=\"b\">%g</data></node>\n", i * 7 % 11 + class, i * 5 % 13 - class }
    for (i = 0; i < 60; i++) printf "<edge source=\"%d\" target=\"%d\"/>\n", i, (i + 1) % 60
    print "</graph></graphml>"
  }' >"$1"
}
