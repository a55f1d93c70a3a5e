graph [
  directed 1
  node [
    id 0
    label "say &#34;x&#34;"
    note "a, b"
  ]
  node [
    id 1
    label "semi;colon"
    note "line&#10;break"
  ]
  node [
    id 2
    label "back\slash"
    note "it's"
  ]
  node [
    id 3
    label "amp&#38;lt;"
    note "50 %"
  ]
  edge [
    source 0
    target 1
    weight 1
  ]
  edge [
    source 1
    target 2
    weight 1
  ]
  edge [
    source 2
    target 3
    weight 1
  ]
]
