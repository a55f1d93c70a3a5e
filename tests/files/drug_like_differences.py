"""Where khop means something else than RDKit by a descriptor, by rule: each difference of a molecule with its reason.

make_drug_like.py writes them as drug_like_differences.tsv; test_drug_like.c demands each of them, and no other.
"""
from rdkit.Chem.EState import AtomTypes

SYMMETRY = "RDKit counts a pattern of atoms that is its own mirror image once"
SULFUR = "RDKit's type of sulfur asks for two oxygens that have no other neighbour, khop's for two double bonds"


def boron(m):
    if any(a.GetAtomicNum() == 5 for a in m.GetAtoms()):
        yield "ats_volume", "RDKit's table of volumes has no boron"


def one_element(m):
    if len({a.GetAtomicNum() for a in m.GetAtoms()}) == 1:
        for name in "electronegativity ionisation mass polarizability volume".split():
            yield f"ats_{name}", "RDKit gives 0 where all atoms share a property"


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
    for rule in boron, one_element, electrotopological:
        yield from rule(m)
