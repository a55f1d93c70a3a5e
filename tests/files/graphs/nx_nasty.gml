graph [
  node [
    id 0
    label "a,b"
  ]
  node [
    id 1
    label "c;d"
  ]
  node [
    id 2
    label "say &#34;x&#34;"
  ]
  node [
    id 3
    label "q&#34;r"
  ]
  node [
    id 4
    label "#tag"
  ]
  node [
    id 5
    label "%p"
  ]
  node [
    id 6
    label "[deleted]"
  ]
  node [
    id 7
    label "[1-3]"
  ]
  node [
    id 8
    label "back\slash"
  ]
  node [
    id 9
    label "{x}"
  ]
  node [
    id 10
    label "it's"
  ]
  node [
    id 11
    label "na&#239;ve &#9731;"
  ]
  edge [
    source 0
    target 1
    weight 1
  ]
  edge [
    source 0
    target 2
    weight 1
  ]
  edge [
    source 3
    target 4
    weight 1
  ]
  edge [
    source 4
    target 5
    weight 1
  ]
  edge [
    source 5
    target 6
    weight 1
  ]
  edge [
    source 6
    target 7
    weight 1
  ]
  edge [
    source 7
    target 8
    weight 1
  ]
  edge [
    source 9
    target 10
    weight 1
  ]
  edge [
    source 10
    target 11
    weight 1
  ]
]
