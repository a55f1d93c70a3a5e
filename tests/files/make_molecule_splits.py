#!/usr/bin/env python3
"""make_molecule_splits.py: molecules in several writings, and the split that RDKit's scaffolds give in MoleculeNet's order.

Writes molecule_splits.csv: smiles; molecule, a number that all writings of one molecule share (RDKit's canonical SMILES
without configurations); part, of a split of 80, 10 and 10 % as DeepChem's ScaffoldSplitter cuts it: scaffolds by falling
number of molecules and falling position of their first one. Needs RDKit.
"""
import itertools
import os
import random

from rdkit import Chem
from rdkit.Chem.Scaffolds import MurckoScaffold

RINGS = ["c1ccccc1", "C1CCCCC1", "c1ccncc1", "C1CCCC1", "c1ccsc1", "C1COCCN1", "c1ccc2ccccc2c1", "C1CC1", "c1cc[nH]c1",
         "O=C1CCCCC1"]
ENDS = ["C", "O", "N", "C(=O)O", "C(=O)[O-]", "C#N", "[N+](=O)[O-]", "Cl", "[13CH3]", "C(F)(F)F"]
OTHERS = ["CCO", "CC(C)CC(N)C(=O)O", "CC[N+](C)(C)C", "[Na+].[Cl-]", "C/C=C/C", "C/C=C\\C", "C[C@H](F)Cl", "C[C@@H](F)Cl"]


def molecules():
    made = [Chem.MolFromSmiles(text) for text in OTHERS]
    for ring, end in itertools.product(RINGS, ENDS):
        at = ring[0] + ("%s(%s)" % (ring[1], end) if ring[1] == "1" else "%s" % ring[1:])
        if ring[1] == "1":
            made.append(Chem.MolFromSmiles(at + ring[2:]))
    return [m for m in made if m is not None]


def split(mols):
    groups = {}
    for i, mol in enumerate(mols):
        groups.setdefault(MurckoScaffold.MurckoScaffoldSmiles(mol=mol, includeChirality=False), []).append(i)
    part, train, val = [None] * len(mols), 0, 0
    for group in sorted(groups.values(), key=lambda g: (-len(g), -g[0])):
        if train + len(group) <= 0.8 * len(mols):
            name, train = "train", train + len(group)
        elif train + val + len(group) <= 0.9 * len(mols):
            name, val = "val", val + len(group)
        else:
            name = "test"
        for i in group:
            part[i] = name
    return part


def main():
    random.seed(5)
    mols = molecules()
    written = [(Chem.MolToSmiles(m), m) for m in mols]
    for m in random.sample(mols, 40):
        for text in {Chem.MolToSmiles(m, doRandom=True) for _ in range(2)} | {Chem.MolToSmiles(m, kekuleSmiles=True)}:
            written.append((text, m))
    random.shuffle(written)
    texts = [text for text, _ in written]
    flat = [Chem.MolToSmiles(m, isomericSmiles=True) for _, m in written]
    for k, (_, m) in enumerate(written):
        copy = Chem.Mol(m)
        Chem.RemoveStereochemistry(copy)
        flat[k] = Chem.MolToSmiles(copy)
    number = {}
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "molecule_splits.csv")
    with open(path, "w", newline="\n") as out:
        out.write("smiles,molecule,part\n")
        for text, same, part in zip(texts, flat, split([Chem.MolFromSmiles(text) for text in texts])):
            out.write("%s,%d,%s\n" % (text, number.setdefault(same, len(number)), part))


if __name__ == "__main__":
    main()
