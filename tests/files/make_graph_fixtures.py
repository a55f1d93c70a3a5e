#!/usr/bin/env python3
"""Writes tests/files/graphs: small graphs in every format that NetworkX, python-igraph, pandas and SciPy write, and
what they are.

  GRAPH.expected    directed 0 or 1, the columns with their kinds, a node a line, an edge a line, fields between tabs;
                    "?" is a value that a node does not have
  files.tsv         a file a line: its graph, the column that names its nodes, whether nodes without edges and the
                    direction are in it, the columns that it keeps, and whether it holds weights

The tables are written from the lists below and not from what the libraries hold. tests/unit/test_graph_fixtures.c reads
both. Needs networkx 3.6, igraph 1.0, pandas 3.0, scipy 1.17; run it in this folder.
"""
import json
import os
import re

import igraph
import networkx as nx
import numpy as np
import pandas as pd
import scipy.io
import scipy.sparse
from networkx.readwrite import json_graph

FOLDER = "graphs"
MISSING = None

# name, directed, nodes {name: attributes}, edges (from, to, weight); "counted" has the names 0, 1, 2 ..
PEOPLE = ("people", False, {
    "Zoë": dict(age=31, score=0.5, club="chess"),
    "Ann Lee": dict(age=7, score=-1.25e-3, club="go & co <x>"),
    "bob": dict(age=MISSING, score=3.0, club="chess"),
    "日本": dict(age=64, score=MISSING, club=MISSING),
    "alone": dict(age=0, score=2.0, club="7"),
}, [("Zoë", "Ann Lee", 1.0), ("Ann Lee", "bob", 2.5), ("bob", "日本", 1.0), ("bob", "bob", 1.0)])
FLOW = ("flow", True, {
    5: dict(group=1.0), 9007199254740993: dict(group=2.0), 70: dict(group=1.0), 9007199254740992: dict(group=2.0),
    3: dict(group=1.0),
}, [(5, 9007199254740993, 1), (9007199254740993, 5, 2), (5, 70, 1), (5, 70, 3), (70, 70, 1),
    (9007199254740992, 70, 1)])
COUNTED = ("counted", False, {i: {} for i in range(6)}, [(0, 1, 1), (1, 2, 1), (2, 0, 1), (3, 4, 1), (4, 5, 1)])
ARCS = ("arcs", True, {i: {} for i in range(4)}, [(0, 1, 1), (1, 2, 2), (2, 1, 1), (3, 0, 1)])
PLAIN = ("plain", False, {n: {} for n in ("ann", "bob", "a-b_3", "lone", "x1")},
         [("ann", "bob", 1), ("bob", "a-b_3", 0.5), ("x1", "ann", 2)])
QUOTES = ("quotes", True, {
    'say "x"': dict(note="a, b"), "semi;colon": dict(note="line\nbreak"), "back\\slash": dict(note="it's"),
    "amp&lt;": dict(note="50 %"),
}, [('say "x"', "semi;colon", 1), ("semi;colon", "back\\slash", 1), ("back\\slash", "amp&lt;", 1)])

# names that each format can carry, and that its other readers split, cut or drop
NASTY = ("nasty", False, {n: {} for n in (
    "a,b", "c;d", 'say "x"', 'q"r', "#tag", "%p", "[deleted]", "[1-3]", "back\\slash", "{x}", "it's", "naïve ☃")},
    [("a,b", "c;d", 1), ("a,b", 'say "x"', 1), ('q"r', "#tag", 1), ("#tag", "%p", 1), ("%p", "[deleted]", 1),
     ("[deleted]", "[1-3]", 1), ("[1-3]", "back\\slash", 1), ("{x}", "it's", 1), ("it's", "naïve ☃", 1)])
PRINTED = ("printed", False, {n: {} for n in NASTY[2] if n.isascii() and " " not in n},
           [e for e in NASTY[3] if " " not in e[0] + e[1] and (e[0] + e[1]).isascii()])
COMMAS = ("commas", False, {n: {} for n in ("x", "a,b", "c;d", 'q"r', "it's", "[y]")},
          [("x", "a,b", 1), ("a,b", "c;d", 1), ("c;d", 'q"r', 1), ('q"r', "it's", 1), ("it's", "[y]", 1)])

rows = []


def out(name):
    return os.path.join(FOLDER, name)


def text_of(value):
    if value is MISSING:
        return "?"
    return str(value).replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t")


def expect(graph):
    name, directed, nodes, edges = graph
    columns = list(dict.fromkeys(key for attributes in nodes.values() for key in attributes))
    kinds = {c: "string" if any(isinstance(n[c], str) for n in nodes.values()) else "number" for c in columns}
    with open(out(name + ".expected"), "w", encoding="utf-8") as f:
        f.write(f"directed\t{int(directed)}\n")
        for c in columns:
            f.write(f"column\t{c}\t{kinds[c]}\n")
        for node, attributes in nodes.items():
            f.write("\t".join(["node", text_of(node)] + [text_of(attributes[c]) for c in columns]) + "\n")
        for a, b, _ in edges:
            f.write(f"edge\t{text_of(a)}\t{text_of(b)}\n")


def made(graph, file, names, columns="", isolated=True, direction=True, weights=True):
    """A row of files.tsv. names: the column with the names, "-" where the numbers of the nodes are."""
    rows.append([file, graph[0], names, str(int(isolated)), str(int(direction)), columns or "-", str(int(weights))])
    return out(file)


def networkx_of(graph, keep_missing=False, weights=True, strings=False):
    name, directed, nodes, edges = graph
    multi = len({(a, b) for a, b, _ in edges}) < len(edges)
    kind = {(False, False): nx.Graph, (True, False): nx.DiGraph, (True, True): nx.MultiDiGraph}[directed, multi]
    g = kind()
    for node, attributes in nodes.items():
        values = {k: str(v) if strings else v for k, v in attributes.items() if v is not MISSING or keep_missing}
        g.add_node(node, **values)
    for a, b, w in edges:
        g.add_edge(a, b, **({"weight": w} if weights else {}))
    return g


def igraph_of(graph):
    name, directed, nodes, edges = graph
    order = {n: i for i, n in enumerate(nodes)}
    g = igraph.Graph(n=len(nodes), edges=[(order[a], order[b]) for a, b, _ in edges], directed=directed)
    if list(nodes) != list(range(len(nodes))):
        g.vs["name"] = [str(n) for n in nodes]
    for c in next(iter(nodes.values())):
        values = [attributes[c] for attributes in nodes.values()]
        if any(isinstance(v, str) for v in values):  # igraph writes the None of a string as "None"
            values = ["" if v is MISSING else v for v in values]
        g.vs[c] = values
    g.es["weight"] = [float(w) for _, _, w in edges]
    return g


def write_json(graph, data, file, *rest, **more):
    with open(made(graph, file, *rest, **more), "w", encoding="utf-8") as f:
        json.dump(data, f, indent=0 if "indent" in file else None)


def networkx_files(graph, columns):
    n, id_name = graph[0], "-" if graph in (COUNTED, ARCS) else "id"
    g = networkx_of(graph)
    nx.write_graphml_xml(g, made(graph, f"nx_{n}.graphml", id_name, columns))
    nx.write_graphml_lxml(g, made(graph, f"nx_{n}_lxml.graphml", id_name, columns), named_key_ids=True)
    nx.write_gexf(g, made(graph, f"nx_{n}.gexf", "name", columns))
    nx.write_gml(g, made(graph, f"nx_{n}.gml", "label", columns))
    for edges in "links", "edges":
        write_json(graph, json_graph.node_link_data(g, edges=edges), f"nx_{n}_{edges}.json", id_name, columns)
    write_json(graph, json_graph.adjacency_data(g), f"nx_{n}_adjacency_indent.json", id_name, columns)
    write_json(graph, json_graph.cytoscape_data(networkx_of(graph)), f"nx_{n}_cytoscape.json", id_name, columns)


def pajek_files(graph, columns):
    g = networkx_of(graph, strings=True)
    nx.write_pajek(g, made(graph, f"nx_{graph[0]}.net", "name", columns))


def edge_files(graph, names):
    n, directed = graph[0], graph[1]
    g = networkx_of(graph)
    lists = dict(isolated=False, direction=not directed)
    nx.write_edgelist(g, made(graph, f"nx_{n}.edgelist", names, **lists))
    nx.write_edgelist(g, made(graph, f"nx_{n}_bare.edgelist", names, weights=False, **lists), data=False)
    nx.write_weighted_edgelist(g, made(graph, f"nx_{n}_weighted.edgelist", names, **lists))
    nx.write_adjlist(nx.Graph(g) if not directed else nx.DiGraph(g),
                     made(graph, f"nx_{n}.adjlist", names, direction=not directed, weights=False))
    table_files(graph, names)


def table_files(graph, names):
    n, directed = graph[0], graph[1]
    lists = dict(isolated=False, direction=not directed)
    frame = nx.to_pandas_edgelist(networkx_of(graph))
    frame.to_csv(made(graph, f"pd_{n}.csv", names, **lists), index=False)
    frame.to_csv(made(graph, f"pd_{n}_index.csv", names, **lists))
    frame.to_csv(made(graph, f"pd_{n}.tsv", names, **lists), index=False, sep="\t")


def igraph_files(graph, columns, gml=True):
    n, directed = graph[0], graph[1]
    g = igraph_of(graph)
    named = "name" in g.vs.attributes()
    g.write_graphml(made(graph, f"ig_{n}.graphml", "name" if named else "-", columns))
    if gml:
        g.write_gml(made(graph, f"ig_{n}.gml", "name" if named else "-", columns))
    if not named or graph is FLOW:
        g.write_edgelist(made(graph, f"ig_{n}.edgelist", "-", isolated=False, direction=not directed,
                               weights=False))
    if named and graph in (FLOW, PLAIN):
        g.write_ncol(made(graph, f"ig_{n}.ncol", "name", isolated=False, direction=not directed))
        if not directed:
            g.write_lgl(made(graph, f"ig_{n}.lgl", "name"))
    g.write_pajek(made(graph, f"ig_{n}.net", "-"))


def nasty_files():
    g = networkx_of(NASTY)
    nx.write_pajek(g, made(NASTY, "nx_nasty.net", "name"))
    nx.write_graphml_xml(g, made(NASTY, "nx_nasty.graphml", "id"))
    nx.write_gexf(g, made(NASTY, "nx_nasty.gexf", "name"))
    nx.write_gml(g, made(NASTY, "nx_nasty.gml", "label"))
    write_json(NASTY, json_graph.node_link_data(g, edges="links"), "nx_nasty_links.json", "id")
    g = igraph_of(NASTY)
    g.vs["id"] = g.vs["name"]  # what igraph writes as the names of Pajek
    del g.es["weight"]
    g.write_pajek(made(NASTY, "ig_nasty.net", "name", weights=False))
    del g.vs["id"]
    g.write_graphml(made(NASTY, "ig_nasty.graphml", "name", weights=False))
    g.write_gml(made(NASTY, "ig_nasty.gml", "name", weights=False))
    igraph_of(PRINTED).write_ncol(made(PRINTED, "ig_printed.ncol", "name", isolated=False), weights="weight")
    igraph_of(COMMAS).write_lgl(made(COMMAS, "ig_commas.lgl", "name"), weights="weight")
    g = networkx_of(COMMAS)
    nx.write_edgelist(g, made(COMMAS, "nx_commas.edgelist", "name", isolated=False))
    nx.write_adjlist(g, made(COMMAS, "nx_commas.adjlist", "name", weights=False))
    table_files(NASTY, "name")
    table_files(COMMAS, "name")


def matrix_files(graph):
    name, directed, nodes, edges = graph
    order = {n: i for i, n in enumerate(nodes)}
    lists = dict(weights=len({w for _, _, w in edges}) > 1)  # a matrix of equal values is a pattern
    a = np.zeros((len(nodes), len(nodes)))
    for i, j, w in edges:
        a[order[i], order[j]] = w
        if not directed:
            a[order[j], order[i]] = w
    scipy.io.mmwrite(made(graph, f"sp_{name}.mtx", "-", **lists), scipy.sparse.coo_matrix(a), symmetry="general")
    scipy.io.mmwrite(made(graph, f"sp_{name}_array.mtx", "-", **lists), a)
    if not directed:
        scipy.io.mmwrite(made(graph, f"sp_{name}_symmetric.mtx", "-", **lists), scipy.sparse.coo_matrix(a),
                         symmetry="symmetric")
    pattern = scipy.sparse.coo_matrix((a != 0).astype(float))
    scipy.io.mmwrite(made(graph, f"sp_{name}_pattern.mtx", "-", weights=False), pattern, field="pattern")
    # as R's sna writes DL: labels in quotes, the arcs by column, each with its value and a blank behind it
    with open(made(graph, f"sna_{name}.dl", "name"), "w", encoding="utf-8") as f:
        f.write(f"DL n = {len(nodes)}, nm = 1, format = edgelist1\nlabels:\n")
        f.write(",".join(f'"{n}"' for n in nodes) + "\nmatrix labels:\n1\ndata:\n")
        for j in range(len(nodes)):
            for i in range(len(nodes)):
                if a[i, j]:
                    f.write(f"{i + 1} {j + 1} {a[i, j]:g} \n")
    with open(made(graph, f"ucinet_{name}.dl", "name", **lists), "w", encoding="utf-8") as f:
        f.write(f"dl n={len(nodes)}\nformat = fullmatrix\nlabels embedded\ndata:\n")
        f.write(" ".join(f'"{n}"' for n in nodes) + "\n")
        for n, row in zip(nodes, a):
            f.write(f'"{n}" ' + " ".join(f"{v:g}" for v in row) + "\n")


def drop_dates():
    """Three writers put the time of writing into their files."""
    for file, *_ in rows:
        if file.endswith((".gml", ".adjlist", ".gexf")):
            with open(out(file), encoding="utf-8") as f:
                lines = [line for line in f if not line.startswith(("Creator", "# GMT"))]
            with open(out(file), "w", encoding="utf-8") as f:
                f.writelines(re.sub(' lastmodifieddate="[^"]*"', "", line) for line in lines)


def main():
    os.makedirs(FOLDER, exist_ok=True)
    for graph in PEOPLE, FLOW, COUNTED, ARCS, QUOTES, PLAIN, NASTY, PRINTED, COMMAS:
        expect(graph)
    networkx_files(PEOPLE, "age,score,club")
    networkx_files(FLOW, "group")
    networkx_files(COUNTED, "")
    networkx_files(ARCS, "")
    networkx_files(QUOTES, "note")
    pajek_files(FLOW, "group")
    pajek_files(COUNTED, "")
    pajek_files(ARCS, "")
    for graph, names in (FLOW, "name"), (COUNTED, "-"), (ARCS, "-"), (PLAIN, "name"):
        edge_files(graph, names)
    for graph in PEOPLE, QUOTES:
        table_files(graph, "name")
    igraph_files(PEOPLE, "age,score,club")
    igraph_files(FLOW, "group")
    igraph_files(COUNTED, "")
    igraph_files(ARCS, "")
    igraph_files(PLAIN, "")
    nasty_files()
    for graph in PEOPLE, COUNTED, ARCS, FLOW:
        matrix_files(graph)
    drop_dates()
    with open(out("files.tsv"), "w", encoding="utf-8") as f:
        f.writelines("\t".join(r) + "\n" for r in rows)


if __name__ == "__main__":
    main()
