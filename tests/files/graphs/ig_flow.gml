Version 1
graph
[
  directed 1
  node
  [
    id 0
    name "5"
    group 1
  ]
  node
  [
    id 1
    name "9007199254740993"
    group 2
  ]
  node
  [
    id 2
    name "70"
    group 1
  ]
  node
  [
    id 3
    name "9007199254740992"
    group 2
  ]
  node
  [
    id 4
    name "3"
    group 1
  ]
  edge
  [
    source 0
    target 1
    weight 1
  ]
  edge
  [
    source 1
    target 0
    weight 2
  ]
  edge
  [
    source 0
    target 2
    weight 1
  ]
  edge
  [
    source 0
    target 2
    weight 3
  ]
  edge
  [
    source 2
    target 2
    weight 1
  ]
  edge
  [
    source 3
    target 2
    weight 1
  ]
]
