graph [
  directed 1
  multigraph 1
  node [
    id 0
    label "5"
    group 1.0
  ]
  node [
    id 1
    label "9007199254740993"
    group 2.0
  ]
  node [
    id 2
    label "70"
    group 1.0
  ]
  node [
    id 3
    label "9007199254740992"
    group 2.0
  ]
  node [
    id 4
    label "3"
    group 1.0
  ]
  edge [
    source 0
    target 1
    key 0
    weight 1
  ]
  edge [
    source 0
    target 2
    key 0
    weight 1
  ]
  edge [
    source 0
    target 2
    key 1
    weight 3
  ]
  edge [
    source 1
    target 0
    key 0
    weight 2
  ]
  edge [
    source 2
    target 2
    key 0
    weight 1
  ]
  edge [
    source 3
    target 2
    key 0
    weight 1
  ]
]
