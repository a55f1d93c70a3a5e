"""Writes sets of molecules whose property is known by calculation, to choose a default by: their difficulty is known.

    python bench/make_molecule_sets.py FOLDER [SIZE ...]      (needs rdkit and numpy; sizes 100, 1,000, 4,000 and 10,000)

Molecules are those of tests/files/drug_like_parts.py, of other seeds than the set of the tests: the seed is the size.
A file PROPERTY_SIZE.csv has the columns smiles, y and truth: y is truth and normal noise, so that no model can have a
smaller error on molecules it has not seen than the noise.

  logp   Crippen's log P: a sum over atoms                                              noise 0.3
  logs   Delaney's solubility: log P, weight, rotatable bonds, the aromatic share       noise 0.5
  qed    drug-likeness (Bickerton and others 2012): a product of eight bent properties  noise 0.05
"""
import csv
import pathlib
import sys

import numpy as np
from rdkit import Chem
from rdkit.Chem import QED, Crippen, Descriptors, rdMolDescriptors

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "tests" / "files"))
import drug_like_parts


def delaney(m):
    """J. Chem. Inf. Comput. Sci. 2004, 44, 1000."""
    aromatic = sum(a.GetIsAromatic() for a in m.GetAtoms()) / m.GetNumAtoms()
    return (0.16 - 0.63 * Crippen.MolLogP(m) - 0.0062 * Descriptors.MolWt(m)
            + 0.066 * rdMolDescriptors.CalcNumRotatableBonds(m) - 0.74 * aromatic)


PROPERTIES = {"logp": (Crippen.MolLogP, 0.3), "logs": (delaney, 0.5), "qed": (QED.qed, 0.05)}


def write(path, texts, truth, y):
    with open(path, "w", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(["smiles", "y", "truth"])
        rows.writerows((text, f"{a:.4f}", f"{b:.4f}") for text, a, b in zip(texts, y, truth))


def main(folder, *sizes):
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    for size in map(int, sizes or (100, 1000, 4000, 10000)):
        texts = list(drug_like_parts.molecules(size, size))
        found = [Chem.MolFromSmiles(text) for text in texts]
        chance = np.random.default_rng(size)
        for name, (compute, noise) in PROPERTIES.items():
            truth = np.array([compute(m) for m in found])
            write(folder / f"{name}_{size}.csv", texts, truth, truth + noise * chance.standard_normal(size))
            print(f"{name}_{size}.csv: deviation {truth.std():.3f}, noise {noise}", flush=True)


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    main(*sys.argv[1:])
