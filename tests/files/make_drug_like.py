"""Writes drug_like.npz: 2,000 drug-like molecules of our own in six writings each, and what RDKit says of them; and
drug_like_differences.tsv: where khop's descriptors are to differ, and why.

    python make_drug_like.py drug_like.npz drug_like_differences.tsv      (needs rdkit and numpy)

The molecules are those of drug_like_parts.py. Their writings, of which RDKit reads each back to the same molecule:
  0  canonical
  1  atoms in another order
  2  and again
  3  in another order, by Kekule: upper case, single and double bonds
  4  some aromatic rings by Kekule and the others in lower case; in every second molecule all bonds are written
  5  in turn: all hydrogens in the brackets of their atoms; some hydrogens as atoms [H]; lower case with the single and
     double bonds of Kekule written out

Arrays:
  texts    (bytes) the writings of a molecule after one another, each with a line end
  atoms    (2000) heavy atoms
  marks    (6 * the sum of atoms) a byte an atom in the order of each text: aromatic | in a ring << 1 | hybridisation
           << 2 (1: sp, 2: sp2, 3: sp3) | hydrogens << 4
  names    (columns) as khop calls them
  units    (columns) 1 for whole numbers, 0.001 or 0.00001 for others
  tolerances (columns) beside 1e-5: 0 for whole numbers, half a unit, or what RDKit's own rounding takes
  values   (4, columns, 2000) in these units: the bytes of 32-bit integers, lowest first, which so apart deflate better
  pairs    (2000) FNV-1a of the atom pairs (code, count), codes ascending, as 32-bit numbers
  kinds    (2000) how many kinds of atom pairs
  scaffold (2000) which scaffold of Murcko, counted as met, by elements, aromaticity and bonds alone; -1: none
"""
import random
import sys
from math import log2

import numpy as np
from rdkit import Chem
from rdkit.Chem import rdMolDescriptors
from rdkit.Chem.Scaffolds import MurckoScaffold

import drug_like_parts
from drug_like_differences import differences
from make_esol_fixtures import HYBRIDS, autocorrelations, fnv, pair_counts, surface
from make_estate_fixtures import kept_types, states

SEED, COUNT = 16, 2000
LAGS = 1, 2, 4, 8  # of autocorrelations: a quarter of the file were all eight kept
ORDERS = {Chem.BondType.SINGLE: 1, Chem.BondType.DOUBLE: 2, Chem.BondType.TRIPLE: 3, Chem.BondType.AROMATIC: 4}

# Atomic weights, IUPAC 2013, abridged. RDKit rounds some, and has older ones of sulfur, selenium and others.
WEIGHTS = {1: 1.008, 5: 10.81, 6: 12.011, 7: 14.007, 8: 15.999, 9: 18.998403163, 11: 22.98976928, 14: 28.085,
           15: 30.973761998, 16: 32.06, 17: 35.45, 19: 39.0983, 20: 40.078, 34: 78.971, 35: 79.904, 52: 127.6,
           53: 126.90447}

# --- writings -------------------------------------------------------------------------------------


def shuffled(molecule, chance):
    order = list(range(molecule.GetNumAtoms()))
    chance.shuffle(order)
    return Chem.RenumberAtoms(molecule, order)


def kekulised(molecule):
    molecule = Chem.RWMol(molecule)
    Chem.Kekulize(molecule, clearAromaticFlags=True)
    return molecule


def in_order(molecule, **options):
    return Chem.MolToSmiles(molecule, canonical=False, **options)


def aromatic_rings(molecule):
    return [ring for ring in molecule.GetRingInfo().BondRings()
            if all(molecule.GetBondWithIdx(b).GetIsAromatic() for b in ring)]


def lower(molecule, bond):
    for atom in bond.GetBeginAtom(), bond.GetEndAtom():
        atom.SetIsAromatic(True)


def in_mixed_case(molecule, chance, number):
    molecule = shuffled(molecule, chance)
    mixed = kekulised(molecule)
    rings = aromatic_rings(molecule)
    for ring in chance.sample(rings, (len(rings) + 1) // 2):
        for b in ring:
            mixed.GetBondWithIdx(b).SetBondType(Chem.BondType.AROMATIC)
            mixed.GetBondWithIdx(b).SetIsAromatic(True)
            lower(mixed, mixed.GetBondWithIdx(b))
    return in_order(mixed, allBondsExplicit=number % 2 == 1)


def with_hydrogens(molecule, chance):
    return in_order(shuffled(molecule, chance), allHsExplicit=True)


def with_atoms_of_hydrogen(molecule, chance):
    some = [a.GetIdx() for a in molecule.GetAtoms() if chance.random() < 0.3]
    return in_order(kekulised(shuffled(Chem.AddHs(molecule, onlyOnAtoms=some), chance)))


def in_lower_case_with_bonds(molecule, chance):
    """A ring of them: its atoms in lower case, its bonds written - and =; other rings as they are."""
    molecule = shuffled(molecule, chance)
    written = Chem.RWMol(molecule)
    bonds = kekulised(molecule)
    rings = aromatic_rings(molecule)
    for ring in chance.sample(rings, (len(rings) + 1) // 2):
        for b in ring:
            written.GetBondWithIdx(b).SetBondType(bonds.GetBondWithIdx(b).GetBondType())
            written.GetBondWithIdx(b).SetIsAromatic(False)
            lower(written, written.GetBondWithIdx(b))
    return in_order(written)


def reads_back(text, canonical):
    molecule = Chem.MolFromSmiles(text)
    return molecule is not None and Chem.MolToSmiles(molecule) == canonical


def writings(canonical, number, chance):
    """Six texts; None where some writing cannot be had in 20 tries."""
    molecule = Chem.MolFromSmiles(canonical)
    last = [lambda: with_hydrogens(molecule, chance), lambda: with_atoms_of_hydrogen(molecule, chance),
            lambda: in_lower_case_with_bonds(molecule, chance)][number % 3]
    ways = [lambda: in_order(shuffled(molecule, chance)), lambda: in_order(shuffled(molecule, chance)),
            lambda: in_order(kekulised(shuffled(molecule, chance)), kekuleSmiles=True),
            lambda: in_mixed_case(molecule, chance, number), last]
    found = [canonical]
    for way in ways:
        for _ in range(20):
            text = way()
            if text not in found and reads_back(text, canonical):
                found.append(text)
                break
        else:
            return None
    return found


# --- what RDKit says ------------------------------------------------------------------------------


def marks(molecule):
    return [a.GetIsAromatic() | a.IsInRing() << 1 | HYBRIDS.get(a.GetHybridization(), 0) << 2 | a.GetTotalNumHs() << 4
            for a in molecule.GetAtoms()]


def scaffold_key(molecule):
    """Its atoms' elements and aromaticity and its bonds, without charges and hydrogens."""
    scaffold = Chem.RWMol(MurckoScaffold.GetScaffoldForMol(molecule))
    for atom in scaffold.GetAtoms():
        atom.SetFormalCharge(0)
        atom.SetIsotope(0)
        atom.SetNumExplicitHs(0)
        atom.SetNoImplicit(True)
        atom.SetChiralTag(Chem.ChiralType.CHI_UNSPECIFIED)
    for bond in scaffold.GetBonds():
        bond.SetStereo(Chem.BondStereo.STEREONONE)
    return Chem.MolToSmiles(scaffold, isomericSmiles=False)


def weight(m):
    """An isotope weighs its mass number."""
    return sum((a.GetIsotope() or WEIGHTS[a.GetAtomicNum()]) + WEIGHTS[1] * a.GetTotalNumHs() for a in m.GetAtoms())


def rotates(bond):
    ends = bond.GetBeginAtom(), bond.GetEndAtom()
    return bond.GetBondType() == Chem.BondType.SINGLE and not bond.IsInRing() and all(
        a.GetDegree() > 1 and a.GetHybridization() != Chem.HybridizationType.SP for a in ends)


def counts(m):
    atoms, bonds = list(m.GetAtoms()), list(m.GetBonds())
    elements = "boron carbon nitrogen oxygen fluorine silicon phosphorus sulfur chlorine bromine iodine".split()
    numbers = [5, 6, 7, 8, 9, 14, 15, 16, 17, 35, 53]
    found = {name: sum(a.GetAtomicNum() == n for a in atoms) for name, n in zip(elements, numbers)}
    polar = [a for a in atoms if a.GetAtomicNum() in (7, 8)]
    parts = len(Chem.GetMolFrags(m))
    return found | {
        "atoms": len(atoms), "bonds": len(bonds), "components": parts, "rings": len(bonds) - len(atoms) + parts,
        "hydrogens": sum(a.GetTotalNumHs() for a in atoms), "charge": Chem.GetFormalCharge(m),
        "other_elements": sum(a.GetAtomicNum() not in numbers for a in atoms),
        "positive_atoms": sum(a.GetFormalCharge() > 0 for a in atoms),
        "negative_atoms": sum(a.GetFormalCharge() < 0 for a in atoms),
        "unpaired_electrons": sum(a.GetNumRadicalElectrons() for a in atoms),
        "ring_atoms": sum(a.IsInRing() for a in atoms), "aromatic_atoms": sum(a.GetIsAromatic() for a in atoms),
        "aromatic_bonds": sum(b.GetIsAromatic() for b in bonds),
        "double_bonds": sum(b.GetBondType() == Chem.BondType.DOUBLE for b in bonds),
        "triple_bonds": sum(b.GetBondType() == Chem.BondType.TRIPLE for b in bonds),
        "rotatable_bonds": sum(map(rotates, bonds)), "donors": sum(a.GetTotalNumHs() > 0 for a in polar),
        "acceptors": sum(a.GetFormalCharge() <= 0 for a in polar),
        "sp3_carbons": sum(a.GetAtomicNum() == 6 and a.GetHybridization() == Chem.HybridizationType.SP3 for a in atoms),
        "stereocentres": sum(a.GetChiralTag() != Chem.ChiralType.CHI_UNSPECIFIED for a in atoms)}


def classes(m):
    """Of each atom, by eight rounds of refinement."""
    colour = [(a.GetAtomicNum(), a.GetFormalCharge(), a.GetTotalNumHs(), a.GetIsAromatic()) for a in m.GetAtoms()]
    for _ in range(8):
        around = [tuple(sorted((colour[b.GetOtherAtomIdx(a.GetIdx())], ORDERS[b.GetBondType()]) for b in a.GetBonds()))
                  for a in m.GetAtoms()]
        known = {key: i for i, key in enumerate(sorted(set(zip(colour, around))))}
        colour = [known[key] for key in zip(colour, around)]
    return colour


def profile(m):
    found, rings = {}, [b for b in m.GetBonds() if b.IsInRing()]
    sizes = [m.GetRingInfo().MinBondRingSize(b.GetIdx()) for b in rings]
    for size in 3, 4, 5, 6:
        found[f"ring_bonds_{size}"] = sizes.count(size)
    found["ring_bonds_more"] = sum(size > 6 for size in sizes)
    found["halogens"] = sum(a.GetAtomicNum() in (9, 17, 35, 53) for a in m.GetAtoms())
    found["fused_atoms"] = sum(sum(b.IsInRing() for b in a.GetBonds()) > 2 for a in m.GetAtoms())
    found["aromatic_share"] = sum(a.GetIsAromatic() for a in m.GetAtoms()) / m.GetNumAtoms()
    colour = classes(m)
    shares = [colour.count(c) / len(colour) for c in set(colour)]
    return found | {"classes": len(shares), "information": -sum(p * log2(p) for p in shares)}


def types(m):
    """Atoms by the types of Crippen, hydrogens too."""
    full = Chem.AddHs(m)
    labels = [""] * full.GetNumAtoms()
    rdMolDescriptors._CalcCrippenContribs(full, False, [0] * len(labels), labels)
    return {f"type_{label}": labels.count(label) for label in set(labels)}


def described(m, estate):
    upper = np.triu(Chem.GetDistanceMatrix(m), 1).astype(int)
    upper[upper > 10000] = 0
    names = ["crippen_logp", "crippen_mr", "tpsa", "sp3_share", "chi_0", "chi_1", "chi_0v", "chi_1v", "aromatic_rings"]
    properties = "mass volume electronegativity polarizability ionisation state".split()
    row = counts(m) | profile(m) | types(m) | dict(zip(names, surface(m)))
    row |= {f"ring_{k}": int((upper == k).sum()) for k in range(1, 9)} | {"wiener": int(upper.sum())}
    sums = autocorrelations(m)
    row |= {f"ats_{name}_{k}": sums[8 * p + k - 1] / 1000 for p, name in enumerate(properties) for k in LAGS}
    sums, extremes = states(m, estate[1])
    row |= {f"estate_{name}": v for name, v in zip(estate[0], sums)}
    return row | {"weight": weight(m), "estate_max": extremes[0], "estate_min": extremes[1]}


def unit(name, values):
    if all(float(v).is_integer() for v in values):
        return 1.0
    return 1e-3 if name.startswith("ats_") else 1e-5


def tolerance(name, size):
    """RDKit rounds autocorrelations to three digits, from properties that are rounded too."""
    return 0.0015 if name.startswith("ats_") else 0.501 * size if size < 1 else 0


def main(target, listed):
    chance, estate = random.Random(SEED), kept_types()
    texts, rows, columns = [], [], {"atoms": [], "marks": [], "pairs": [], "kinds": [], "scaffold": []}
    scaffolds, lines = {}, []
    for canonical in drug_like_parts.molecules(SEED, 2 * COUNT):
        six = writings(canonical, len(rows), chance)
        if not six:
            continue
        molecule = Chem.MolFromSmiles(canonical)
        texts += six
        rows.append(described(molecule, estate))
        pairs, key = pair_counts(molecule), scaffold_key(molecule)
        lines += [f"{kind}\t{canonical}\t{reason}\n" for kind, reason in differences(molecule)]
        columns["atoms"].append(molecule.GetNumAtoms())
        columns["marks"] += [mark for text in six for mark in marks(Chem.MolFromSmiles(text))]
        columns["pairs"].append(fnv(pairs))
        columns["kinds"].append(len(pairs) // 2)
        columns["scaffold"].append(scaffolds.setdefault(key, len(scaffolds)) if key else -1)
        if len(rows) == COUNT:
            break
    names = sorted({name for row in rows for name in row})
    table = [[row.get(name, 0) for row in rows] for name in names]
    units = [unit(name, values) for name, values in zip(names, table)]
    values = np.rint(np.array(table, float) / np.array(units)[:, None]).astype("<i4")
    planes = np.moveaxis(values[..., None].view("uint8"), -1, 0)
    kinds = {"atoms": "uint8", "marks": "uint8", "pairs": "uint64", "kinds": "int16", "scaffold": "int16"}
    np.savez_compressed(target, texts=np.frombuffer("".join(text + "\n" for text in texts).encode(), "uint8"),
                        names=np.array(names, "S24"), units=np.array(units, "float32"),
                        tolerances=np.array(list(map(tolerance, names, units)), "float32"),
                        values=np.ascontiguousarray(planes),
                        **{key: np.array(v, kinds[key]) for key, v in columns.items()})
    with open(listed, "w") as file:
        file.write("# Where khop and RDKit differ on drug_like.npz: kind, molecule, reason, tabs between.\n"
                   "# test_drug_like.c demands each line, and no difference that has none.\n" + "".join(lines))


if __name__ == "__main__":
    main(*sys.argv[1:])
