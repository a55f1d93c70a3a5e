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


def kept_types():
    """Names of the types of those elements, and their places among RDKit's."""
    AtomTypes.BuildPatts()
    every = [name for name, _ in AtomTypes.esPatterns]
    kept = [i for i, name in enumerate(every) if re.search(r"(B|C|N|O|F|Si|P|S|Cl|Br|I)(H\d?)?$", name) and
            re.sub(r"^[sdta]+", "", name).rstrip("0123456789").removesuffix("H") in ELEMENTS]
    return [every[i] for i in kept], kept


def states(molecule, kept):
    """Sums by type; the largest and the smallest state."""
    state = EState.EStateIndices(molecule)
    return Fingerprinter.FingerprintMol(molecule)[1][kept], [state.max(), state.min()]


def main(table, out):
    names, kept = kept_types()
    sums, extremes = [], []
    with open(table, newline="") as file:
        for row in csv.DictReader(file):
            molecule = Chem.MolFromSmiles(row["smiles"].strip())
            found, extreme = states(molecule, kept)
            sums.append(found)
            extremes.append(extreme)
    np.savez_compressed(out, names=np.array(names, dtype="S8"),
                        sums=np.rint(1000 * np.array(sums)).astype("int32"),
                        extremes=np.rint(1000 * np.array(extremes)).astype("int32"))


if __name__ == "__main__":
    main(*sys.argv[1:])
