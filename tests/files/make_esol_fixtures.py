"""Writes esol_descriptors.npz: what RDKit says of the molecules of ESOL, as numbers alone.

    python make_esol_fixtures.py esol.csv esol_descriptors.npz      (needs rdkit and numpy)

A row a molecule, in the order of the file:
  atoms      heavy atoms                            distances  pairs at distance 1 .. 40
  wiener     the sum of all distances               autocorr   AUTOCORR2D's first 48 values, times 1,000
  pairs      FNV-1a of the atom pairs (code, count), codes ascending, as 32-bit numbers
  kinds      how many kinds of atom pairs           hybrid     FNV-1a of the atoms' hybridisations
  aromatic   FNV-1a of the atoms' aromaticity       scaffold   which Murcko scaffold, counted as met
  surface    log P and refractivity (Crippen), TPSA, share of sp3 carbons, chi 0, 1, 0v, 1v, aromatic rings
"""
import csv
import sys

import numpy as np
from rdkit import Chem, RDLogger
from rdkit.Chem import Crippen, GraphDescriptors, rdMolDescriptors
from rdkit.Chem.Scaffolds import MurckoScaffold


def fnv(numbers):
    h = 0xCBF29CE484222325
    for n in numbers:
        for shift in (0, 8, 16, 24):
            h = ((h ^ (n >> shift & 255)) * 0x100000001B3) & 0xFFFFFFFFFFFFFFFF
    return h


HYBRIDS = {Chem.HybridizationType.SP: 1, Chem.HybridizationType.SP2: 2, Chem.HybridizationType.SP3: 3}


def pair_counts(molecule):
    """Atom pairs as (code, count), codes ascending, one after another."""
    pairs = rdMolDescriptors.GetAtomPairFingerprint(molecule).GetNonzeroElements()
    return [n for code in sorted(pairs) for n in (code, pairs[code])]


def autocorrelations(molecule):
    """In thousandths, as which RDKit rounds them."""
    return [round(1000 * v) for v in rdMolDescriptors.CalcAUTOCORR2D(molecule)[:48]]


def surface(molecule):
    return [Crippen.MolLogP(molecule), Crippen.MolMR(molecule), rdMolDescriptors.CalcTPSA(molecule),
            rdMolDescriptors.CalcFractionCSP3(molecule), GraphDescriptors.Chi0(molecule),
            GraphDescriptors.Chi1(molecule), rdMolDescriptors.CalcChi0v(molecule),
            rdMolDescriptors.CalcChi1v(molecule), rdMolDescriptors.CalcNumAromaticRings(molecule)]


def main(source, target):
    RDLogger.DisableLog("rdApp.*")
    scaffolds, columns = {}, {}
    with open(source, newline="") as file:
        smiles = [row["smiles"].strip() for row in csv.DictReader(file)]
    for text in smiles:
        molecule = Chem.MolFromSmiles(text)
        upper = np.triu(Chem.GetDistanceMatrix(molecule), 1).astype(int)
        pairs = pair_counts(molecule)
        scaffold = MurckoScaffold.MurckoScaffoldSmiles(mol=molecule, includeChirality=False)
        row = {
            "atoms": molecule.GetNumAtoms(),
            "distances": [int((upper == k).sum()) for k in range(1, 41)],
            "wiener": int(upper.sum()),
            "autocorr": autocorrelations(molecule),
            "pairs": fnv(pairs),
            "kinds": len(pairs) // 2,
            "hybrid": fnv(HYBRIDS.get(a.GetHybridization(), 0) for a in molecule.GetAtoms()),
            "aromatic": fnv(int(a.GetIsAromatic()) for a in molecule.GetAtoms()),
            "scaffold": scaffolds.setdefault(scaffold, len(scaffolds)) if scaffold else -1,
            "surface": surface(molecule),
        }
        for key, value in row.items():
            columns.setdefault(key, []).append(value)
    types = {"pairs": np.uint64, "hybrid": np.uint64, "aromatic": np.uint64, "wiener": np.int32, "surface": np.float32}
    np.savez_compressed(target, **{k: np.array(v, types.get(k, np.int16)) for k, v in columns.items()})


if __name__ == "__main__":
    main(*sys.argv[1:])
