"""Writes fingerprints.npz: RDKit's Morgan fingerprints of molecules that other fixtures and ESOL have.

    python make_fingerprints.py drug_like.npz esol.csv fingerprints.npz      (needs rdkit and numpy)

  radii     the radii
  special   (bytes) molecules of our own with a line end each: isotopes, charges, ends, cages
  specials, drugs, esol  (molecules) FNV-1a of the environments (code, count) of each radius, codes ascending, as 32-bit
            numbers; of drug_like.npz the first writing of each molecule
  bits      (drugs) FNV-1a of the bits of radius 2 folded into 2,048
  feature_specials, feature_drugs, feature_esol, feature_bits   the same by feature: GetMorganFeatureAtomInvGen
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
# Each class of atoms, at its edges: donors, acceptors, bases and acids that just are ones, and that just are none.
FEATURES = ["CC(=O)O", "CC(=O)[O-]", "CC(=S)O", "CS(=O)(=O)O", "CS(=O)O", "OP(=O)(O)O", "CC(=O)OC", "NC(=O)C", "CNC", "CN",
            "CN(C)C", "CNC(=O)C", "Nc1ccccc1", "CNc1ccccc1", "CN(C)c1ccccc1", "c1cc[nH]c1", "c1ccncc1", "c1cocn1", "c1conc1",
            "c1ccoc1", "c1csnc1", "c1cscn1", "c1ccsc1", "C[NH3+]", "C[N+](C)(C)C", "C[NH-]", "CS", "CSC", "C[S-]", "CS(C)=O",
            "CSSC", "COO", "NO", "NN", "CC(=N)N", "NC(=N)N", "NC(=O)N", "N#CC", "CN=C", "C=NO", "CONC", "NS(=O)(=O)C",
            "NS(C)=O", "[2H]N([2H])C", "[2H]OC", "[2H]N(C)C", "O", "N", "[NH4+]", "[OH-]", "[OH3+]", "C[O+](C)C", "FC(Cl)(Br)I",
            "[F-]", "[I+]", "Ic1ccccc1", "c1cc[n+]([O-])cc1", "C[n+]1ccccc1", "[n-]1cccc1", "c1cc[o+]cc1", "OB(O)C", "CC(=P)O",
            "OC(=O)O", "NCC=O", "NC(=O)c1ccccc1", "Nc1nccc(=O)[nH]1", "O=c1cc[nH]cc1", "OC=O", "NC=O", "CNC=O", "CN(C)C=O",
            "OC(=C)C", "OC(=N)C", "NC(=S)C", "SC(=O)C", "CN1CCCC1=O", "C1CN1", "NCc1ccccc1", "c1ccc(Nc2ccccc2)cc1",
            "N(C)(c1ccccc1)C(=O)C", "CP(C)C", "CP(=O)(O)O", "C[Si](C)(C)N", "[O-]Cl", "O=[N+]([O-])C", "CN=[N+]=[N-]", "[nH]1nnnc1",
            "c1nncs1", "O=S(=O)(O)c1ccccc1", "[O]C", "C[NH]", "CN(O)C(C)=O", "c1ccc2[nH]ccc2c1", "b1ccccc1", "c1ccpcc1"]


def main(drug_like, esol, target):
    RDLogger.DisableLog("rdApp.*")
    drugs = np.load(drug_like)["texts"].tobytes().decode().split("\n")[:-1][::6]
    with open(esol, newline="") as file:
        others = [row["smiles"].strip() for row in csv.DictReader(file)]
    special = SPECIAL + FEATURES
    by_feature = rdFingerprintGenerator.GetMorganFeatureAtomInvGen()
    arrays = dict(radii=np.array(RADII, "int64"),
                  special=np.frombuffer("".join(text + "\n" for text in special).encode(), "uint8"))
    for prefix, invariants in ("", None), ("feature_", by_feature):
        generators = [rdFingerprintGenerator.GetMorganGenerator(radius=r, fpSize=2048, atomInvariantsGenerator=invariants)
                      for r in RADII]

        def digests(texts):
            rows = []
            for molecule in map(Chem.MolFromSmiles, texts):
                found = [g.GetSparseCountFingerprint(molecule).GetNonzeroElements() for g in generators]
                rows.append(fnv(n for f in found for code in sorted(f) for n in (code, f[code])))
            return np.array(rows, "uint64")

        bits = [fnv(generators[2].GetFingerprint(Chem.MolFromSmiles(text)).GetOnBits()) for text in drugs]
        arrays.update({prefix + "specials": digests(special), prefix + "drugs": digests(drugs),
                       prefix + "esol": digests(others), prefix + "bits": np.array(bits, "uint64")})
    np.savez_compressed(target, **arrays)


if __name__ == "__main__":
    main(*sys.argv[1:])
