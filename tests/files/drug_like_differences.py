"""Where khop means something else than RDKit by a descriptor, by rule: each difference of a molecule with its reason.

make_drug_like.py writes them as drug_like_differences.tsv; test_drug_like.c demands each of them, and no other.
"""
from rdkit import Chem
from rdkit.Chem import rdMolDescriptors
from rdkit.Chem.EState import AtomTypes

SYMMETRY = "RDKit counts a pattern of atoms that is its own mirror image once"
SULFUR = "RDKit's type of sulfur asks for two oxygens that have no other neighbour, khop's for two double bonds"


def boron(m):
    if any(a.GetAtomicNum() == 5 for a in m.GetAtoms()):
        yield "ats_volume", "RDKit's table of volumes has no boron"


def one_element(m):
    """Of butane, but not of cyclohexane: it depends on whether the mean of equal numbers is exact."""
    alike = m.GetNumBonds() and len({a.GetAtomicNum() for a in m.GetAtoms()}) == 1
    if alike and not rdMolDescriptors.CalcAUTOCORR2D(m)[0]:
        for name in "electronegativity ionisation mass polarizability volume".split():
            yield f"ats_{name}", "RDKit gives 0 where all atoms share a property, when their mean is exact"


def hybridisation(m):
    for a in m.GetAtoms():
        if a.GetIsAromatic() and a.GetHybridization() != Chem.HybridizationType.SP2:
            yield "atom_hybridisation", "an aromatic atom is sp2; RDKit says sp of boron that has two neighbours"
            return
        if not a.GetDegree() and not a.GetTotalNumHs() and a.GetHybridization() == Chem.HybridizationType.SP3:
            yield "atom_hybridisation", "an ion without neighbours has no hybridisation; RDKit says sp3 of halides"
            return


def aromatic_rings(m):
    """Aromatic bonds less aromatic atoms, plus the systems they make."""
    bonds = [b.GetIdx() for b in m.GetBonds() if b.GetIsAromatic()]
    atoms = sum(a.GetIsAromatic() for a in m.GetAtoms())
    systems = len(Chem.GetMolFrags(Chem.PathToSubmol(m, bonds))) if bonds else 0
    if len(bonds) - atoms + systems != rdMolDescriptors.CalcNumAromaticRings(m):
        yield "aromatic_rings", "khop counts an aromatic envelope as one ring, RDKit rings of the smallest set alone"


def twice_double(atom):
    orders = sorted(b.GetBondTypeAsDouble() for b in atom.GetBonds())
    return atom.GetAtomicNum() == 16 and not atom.GetTotalNumHs() and orders == [1, 1, 2, 2]


def electrotopological(m):
    AtomTypes.BuildPatts()
    for name, pattern in AtomTypes.esPatterns:
        once = sorted(match[0] for match in m.GetSubstructMatches(pattern, uniquify=True))
        every = sorted({match[0] for match in m.GetSubstructMatches(pattern, uniquify=False)})
        if name == "ddssS" and every != [a.GetIdx() for a in m.GetAtoms() if twice_double(a)]:
            yield "estate_ddssS", SULFUR
        elif once != every:
            yield f"estate_{name}", SYMMETRY


def differences(m):
    """Kinds and reasons of a molecule."""
    for rule in boron, one_element, hybridisation, aromatic_rings, electrotopological:
        yield from rule(m)
