"""Writes fingerprints.npz: RDKit's Morgan fingerprints of molecules that other fixtures and ESOL have.

    python make_fingerprints.py drug_like.npz esol.csv fingerprints.npz      (needs rdkit and numpy)

  radii     the radii
  special   (bytes) molecules of our own with a line end each: isotopes, charges, ends, cages
  specials, drugs, esol  (molecules) FNV-1a of the environments (code, count) of each radius, codes ascending, as 32-bit
            numbers; of drug_like.npz the first writing of each molecule
  bits      (drugs) FNV-1a of the bits of radius 2 folded into 2,048
"""
import csv
import sys

import numpy as np
from rdkit import Chem, RDLogger
from rdkit.Chem import rdFingerprintGenerator

from make_esol_fixtures import fnv

RADII = 0, 1, 2, 3, 6
SPECIAL = ["C", "[H][H]", "[2H]C", "[2H]O[2H]", "[13CH4]", "[11CH3]O", "c1ccccc1[125I]", "[Na+].[Cl-]", "CC(C)(C)C",
           "FS(F)(F)(F)(F)F", "C12C3C4C1C5C2C3C45", "C$C", "*CC", "[NH4+].[O-]C=O", "C1CC1.C1CC1", "[O-][N+](=O)c1ccccc1",
           "C[Si](C)(C)C", "[Fe+2]", "O=C=O", "N#N", "[CH2]C", "c1ccc2c(c1)c3cccc4cccc2c34", "F/C=C/F", "C[C@H](N)O",
           "[35S](=O)(=O)(C)C", "[82Br]C", "[99Tc]", "[235U]", "OC1C(O)C(O)C(O)C(O)C1O", "C" * 150]


def main(drug_like, esol, target):
    RDLogger.DisableLog("rdApp.*")
    generators = [rdFingerprintGenerator.GetMorganGenerator(radius=r, fpSize=2048) for r in RADII]

    def digests(texts):
        rows = []
        for molecule in map(Chem.MolFromSmiles, texts):
            found = [g.GetSparseCountFingerprint(molecule).GetNonzeroElements() for g in generators]
            rows.append(fnv(n for f in found for code in sorted(f) for n in (code, f[code])))
        return np.array(rows, "uint64")

    drugs = np.load(drug_like)["texts"].tobytes().decode().split("\n")[:-1][::6]
    with open(esol, newline="") as file:
        others = [row["smiles"].strip() for row in csv.DictReader(file)]
    bits = [fnv(generators[2].GetFingerprint(Chem.MolFromSmiles(text)).GetOnBits()) for text in drugs]
    special = np.frombuffer("".join(text + "\n" for text in SPECIAL).encode(), "uint8")
    np.savez_compressed(target, radii=np.array(RADII, "int64"), special=special, specials=digests(SPECIAL),
                        drugs=digests(drugs), esol=digests(others), bits=np.array(bits, "uint64"))


if __name__ == "__main__":
    main(*sys.argv[1:])
