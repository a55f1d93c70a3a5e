Version 1
graph
[
  directed 0
  node
  [
    id 0
    name "ann"
  ]
  node
  [
    id 1
    name "bob"
  ]
  node
  [
    id 2
    name "a-b_3"
  ]
  node
  [
    id 3
    name "lone"
  ]
  node
  [
    id 4
    name "x1"
  ]
  edge
  [
    source 1
    target 0
    weight 1
  ]
  edge
  [
    source 2
    target 1
    weight 0.5
  ]
  edge
  [
    source 4
    target 0
    weight 2
  ]
]
