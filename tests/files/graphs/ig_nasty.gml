Version 1
graph
[
  directed 0
  node
  [
    id 0
    name "a,b"
  ]
  node
  [
    id 1
    name "c;d"
  ]
  node
  [
    id 2
    name "say &quot;x&quot;"
  ]
  node
  [
    id 3
    name "q&quot;r"
  ]
  node
  [
    id 4
    name "#tag"
  ]
  node
  [
    id 5
    name "%p"
  ]
  node
  [
    id 6
    name "[deleted]"
  ]
  node
  [
    id 7
    name "[1-3]"
  ]
  node
  [
    id 8
    name "back\slash"
  ]
  node
  [
    id 9
    name "{x}"
  ]
  node
  [
    id 10
    name "it's"
  ]
  node
  [
    id 11
    name "naïve ☃"
  ]
  edge
  [
    source 1
    target 0
  ]
  edge
  [
    source 2
    target 0
  ]
  edge
  [
    source 4
    target 3
  ]
  edge
  [
    source 5
    target 4
  ]
  edge
  [
    source 6
    target 5
  ]
  edge
  [
    source 7
    target 6
  ]
  edge
  [
    source 8
    target 7
  ]
  edge
  [
    source 10
    target 9
  ]
  edge
  [
    source 11
    target 10
  ]
]
