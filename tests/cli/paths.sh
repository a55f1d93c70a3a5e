#!/bin/sh
# paths.sh: no path that stands in a file is followed: what is read are the files that the command line names, and what
# belongs to them by its own name. A pipe stands at the end of each path here, with a writer who waits for a reader.
. "$(dirname "$0")/tap.sh"

# followed NAME COMMAND...: whether somebody opens the pipe while the command runs, which must end by itself.
followed() {
  name=$1
  shift
  rm -f pipe opened
  mkfifo pipe
  (echo secret >pipe && : >opened) 2>/dev/null &
  writer=$!
  run timeout 30 "$@"
  kill $writer 2>/dev/null
  wait $writer 2>/dev/null
  if [ -e opened ] || [ "$status" = 124 ]; then seen=read; else seen=left; fi
}
# left_alone NAME COMMAND...: nobody opens it, and what is in it comes out nowhere.
left_alone() {
  followed "$@"
  same "$name: the path is not followed" left "$seen"
  same "$name: no word of it comes out" 0 "$(cat "$out" "$err" | grep -c secret)"
}

# --- XML: entities, document types, inclusions ------------------------------------------------------------------

# graphml DOCTYPE TEXT ID: a graph of two nodes, with TEXT as a label.
graphml() {
  printf '<?xml version="1.0"?>\n%s\n' "$1"
  printf '<graphml xmlns:xi="http://www.w3.org/2001/XInclude"><key id="l" for="node" attr.name="label" attr.type="string"/>\n'
  printf '<graph edgedefault="undirected"><node id="%s"><data key="l">%s</data></node><node id="b"/>' "$3" "$2"
  printf '<edge source="%s" target="b"/></graph></graphml>\n' "$3"
}
gexf() {
  printf '<?xml version="1.0"?>\n%s\n<gexf version="1.2"><graph defaultedgetype="undirected"><attributes class="node">' "$1"
  printf '<attribute id="0" title="label" type="string"/></attributes><nodes><node id="a" label="%s">' "$2"
  printf '<attvalues><attvalue for="0" value="%s"/></attvalues></node></nodes></graph></gexf>\n' "$2"
}
here="file://$work/pipe"
graphml "<!DOCTYPE g [<!ENTITY e SYSTEM \"$here\">]>" '&e;' a >text.graphml
graphml "<!DOCTYPE g [<!ENTITY e SYSTEM \"pipe\">]>" '&e;' a >short.graphml
graphml "<!DOCTYPE g [<!ENTITY e SYSTEM \"$here\">]>" x '&e;' >attribute.graphml
graphml "<!DOCTYPE g [<!ENTITY % p SYSTEM \"$here\"> %p;]>" x a >parameter.graphml
graphml "<!DOCTYPE g SYSTEM \"$here\">" x a >subset.graphml
graphml "<!DOCTYPE g PUBLIC \"-//x//y\" \"$here\">" x a >public.graphml
graphml '' "<xi:include href=\"$here\" parse=\"text\"/>" a >include.graphml
printf '<?xml-stylesheet href="%s"?>' "$here" | cat - include.graphml | sed 's/<?xml version="1.0"?>//' >style.graphml
gexf "<!DOCTYPE g [<!ENTITY e SYSTEM \"$here\">]>" '&e;' >attribute.gexf
gexf "<!DOCTYPE g SYSTEM \"$here\">" x >subset.gexf
for file in text short attribute parameter subset public include style; do
  left_alone "GraphML, $file" "$khop" info $file.graphml --max-hop 1
done
for file in attribute subset; do left_alone "GEXF, $file" "$khop" info $file.gexf --max-hop 1; done
expect_error 1 'text that an entity stands for is refused, and not left out' \
  '^khop info: text.graphml: line [0-9]+: what an entity stands for is not read in: "e"' "$khop" info text.graphml
graphml '<!DOCTYPE g [<!ENTITY e "own">]>' '&e;' a >own.graphml
expect_error 1 'also where it is in the file itself' \
  '^khop info: own.graphml: line [0-9]+: what an entity stands for is not read in: "e"' "$khop" info own.graphml
graphml '' '&lt;a&#62;' a >plain.graphml
check 'those of XML are characters' "$khop" info plain.graphml --max-hop 1 --name label --map plain.csv
check 'and stand in what is written' grep -q '^0,<a>$' plain.csv

# --- other formats --------------------------------------------------------------------------------------------------

printf 'include "%s"\ngraph [ include "%s" node [ id 0 label "%s" ] node [ id 1 ] edge [ source 0 target 1 ] ]\n' \
  "$work/pipe" "$work/pipe" "$work/pipe" >include.gml
left_alone 'GML with words of inclusion' "$khop" info include.gml --max-hop 1
printf '{"$ref": "%s", "nodes": [{"id": "%s"}, {"id": 1}], "links": [{"source": "%s", "target": 1}]}' \
  "$here" "$here" "$here" >ref.json
left_alone 'JSON with references' "$khop" info ref.json --max-hop 1
printf '*Vertices 2\n1 "%s"\n2 "@pipe"\n*Edges\n1 2\n' "$work/pipe" >names.net
left_alone 'Pajek with names of files' "$khop" info names.net --max-hop 1
printf '@%s %s\n%s -\n' "$work/pipe" "$work/pipe" "$work/pipe" >names.txt
left_alone 'an edge list of names of files' "$khop" info names.txt --max-hop 1

# --- lists of data sets, models -----------------------------------------------------------------------------------

mkdir sets
for file in ../pipe "$work/pipe"; do
  printf '{"sets": [{"name": "x", "file": "%s"}]}' "$file" >sets/catalogue.json
  left_alone "a data set at $file" env KHOP_DATA="$work/sets" "$khop" info x
  same "a data set at $file: refused" 1 "$status"
done
# A model keeps the options of its training; those that name files are none of them.
check 'a model' "$khop" train karate --hidden 16 --epochs 2 -q --save m.safetensors
for option in nodes hop-features graph-labels resume save output; do
  # In the place of other options, of as many bytes: so the header is whole.
  line=$(printf '%s=pipe\\\\nxxxxxxxxxxxxxx' $option | cut -c 1-20)
  LC_ALL=C sed "s/hidden=16\\\\nepochs=2/$line/" m.safetensors >o.safetensors
  same "an option $option stands in the model" "$(wc -c <m.safetensors) 1" "$(wc -c <o.safetensors) $(grep -ac "$option=pipe" o.safetensors)"
  left_alone "a model with --$option" "$khop" predict o.safetensors karate -o "p-$option.csv"
  left_alone "a training that goes on with --$option" "$khop" train karate --resume o.safetensors --epochs 3 -q
  same "a training that goes on with --$option: refused" "1 1" "$status $(grep -c "an option '$option' is not for a checkpoint to set" "$err")"
done

# --- the check is checked -----------------------------------------------------------------------------------------

followed 'a pipe that is named' "$khop" info pipe --format edges
same 'a path of the command line is seen to be followed' read "$seen"
finish
