"""Writes estate.npz: electrotopological states by RDKit of all molecules of ESOL.

    python make_estate_fixtures.py ESOL.csv estate.npz      (needs rdkit and numpy)

names (types), sums (molecules, types) in thousandths, extremes (molecules, 2): largest and smallest, likewise.
Only types of boron, carbon, nitrogen, oxygen, fluorine, silicon, phosphorus, sulfur, chlorine, bromine and iodine.
"""
import csv
import re
import sys

import numpy as np
from rdkit import Chem
from rdkit.Chem.EState import AtomTypes, EState, Fingerprinter

ELEMENTS = "B C N O F Si P S Cl Br I".split()


def main(table, out):
    AtomTypes.BuildPatts()
    every = [name for name, _ in AtomTypes.esPatterns]
    kept = [i for i, name in enumerate(every) if re.search(r"(B|C|N|O|F|Si|P|S|Cl|Br|I)(H\d?)?$", name) and
            re.sub(r"^[sdta]+", "", name).rstrip("0123456789").removesuffix("H") in ELEMENTS]
    sums, extremes = [], []
    with open(table, newline="") as file:
        for row in csv.DictReader(file):
            molecule = Chem.MolFromSmiles(row["smiles"].strip())
            sums.append(Fingerprinter.FingerprintMol(molecule)[1][kept])
            states = EState.EStateIndices(molecule)
            extremes.append([states.max(), states.min()])
    np.savez_compressed(out, names=np.array([every[i] for i in kept], dtype="S8"),
                        sums=np.rint(1000 * np.array(sums)).astype("int32"),
                        extremes=np.rint(1000 * np.array(extremes)).astype("int32"))


if __name__ == "__main__":
    main(*sys.argv[1:])
