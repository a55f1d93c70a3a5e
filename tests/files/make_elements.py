"""Writes elements.tsv: what RDKit's autocorrelations know of the elements, and its numbers of molecules with metals.

    python make_elements.py elements.tsv      (needs rdkit)

Lines of two kinds, tabs between:
  element   symbol, then log(1 + x) of its mass, van der Waals volume, electronegativity, polarizability and ionisation
            energy relative to carbon, as AUTOCORR2D has it of the element bound to one carbon; 0 where RDKit knows none.
            To darmstadtium: beyond, RDKit reads past the ends of its tables. Carbon beside carbon is centred to 0 there,
            and is log 2 by definition.
  molecule  SMILES, log P, molar refractivity, polar surface; nan where an atom is of none of the types of log P, which
            RDKit counts as 0
"""
import sys
from math import log, nan

from rdkit import Chem
from rdkit.Chem import rdMolDescriptors

MOLECULES = ["[CH-]1C=CC=C1.[CH-]1C=CC=C1.[Fe+2]", "C1=CC([Fe]C2C=CC=C2)C=C1", "N[Pt](N)(Cl)Cl", "CC(=O)[O-].[Na+]",
             "O=[U+2]=O", "O=[U](=O)(Cl)Cl", "CC[Hg]CC", "CC[Pb](CC)(CC)CC", "Cl[Ti](Cl)(Cl)Cl", "[K+].[O-]C(=O)c1ccccc1",
             "C[Zn]C", "[Li]CCCC", "Br[Mg]c1ccccc1", "[Ag+].[O-][N+]([O-])=O", "Cl[Pd]Cl", "[Gd+3].[Cl-].[Cl-].[Cl-]",
             "C[Se]C", "C[Ge](C)(C)C", "[Xe]", "*CC", "[K+].[O-][Cl+3]([O-])([O-])[O-]", "O=[As](O)(O)C", "C[Sn](C)(C)Cl",
             "[Ca+2].[Cl-].[Cl-]", "Cl[Ru](Cl)Cl", "c1ccc([Ir])cc1", "[Lu+3]", "F[Th](F)(F)F"]


def read(text):
    molecule = Chem.MolFromSmiles(text, sanitize=False)
    molecule.UpdatePropertyCache(False)
    Chem.SetAromaticity(molecule)
    Chem.SetConjugation(molecule)
    Chem.SetHybridization(molecule)
    return molecule


def main(path):
    table = Chem.GetPeriodicTable()
    with open(path, "w") as file:
        for z in range(1, 111):
            symbol = table.GetElementSymbol(z)
            row = rdMolDescriptors.CalcAUTOCORR2D(read(f"[{symbol}]C"))[:40:8] if z != 6 else [log(2)] * 5
            file.write("\t".join(["element", symbol] + [f"{x:.3f}" for x in row]) + "\n")
        for text in MOLECULES:
            molecule = read(text)
            whole = rdMolDescriptors._CalcCrippenContribs(Chem.AddHs(molecule))
            known = all(c != (0, 0) for c in whole)
            log_p, refractivity = map(sum, zip(*whole)) if known else (nan, nan)
            surface = rdMolDescriptors.CalcTPSA(molecule)
            file.write(f"molecule\t{text}\t{log_p:.6f}\t{refractivity:.6f}\t{surface:.2f}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
