Version 1
graph
[
  directed 0
  node
  [
    id 0
    name "Zoë"
    age 31
    score 0.5
    club "chess"
  ]
  node
  [
    id 1
    name "Ann Lee"
    age 7
    score -0.00125
    club "go &amp; co <x>"
  ]
  node
  [
    id 2
    name "bob"
    score 3
    club "chess"
  ]
  node
  [
    id 3
    name "日本"
    age 64
    club ""
  ]
  node
  [
    id 4
    name "alone"
    age 0
    score 2
    club "7"
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
    weight 2.5
  ]
  edge
  [
    source 3
    target 2
    weight 1
  ]
  edge
  [
    source 2
    target 2
    weight 1
  ]
]
