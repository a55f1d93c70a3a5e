graph [
  node [
    id 0
    label "Zo&#235;"
    age 31
    score 0.5
    club "chess"
  ]
  node [
    id 1
    label "Ann Lee"
    age 7
    score -0.00125
    club "go &#38; co <x>"
  ]
  node [
    id 2
    label "bob"
    score 3.0
    club "chess"
  ]
  node [
    id 3
    label "&#26085;&#26412;"
    age 64
  ]
  node [
    id 4
    label "alone"
    age 0
    score 2.0
    club "7"
  ]
  edge [
    source 0
    target 1
    weight 1.0
  ]
  edge [
    source 1
    target 2
    weight 2.5
  ]
  edge [
    source 2
    target 3
    weight 1.0
  ]
  edge [
    source 2
    target 2
    weight 1.0
  ]
]
