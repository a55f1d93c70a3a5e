"""Writes standardise.tsv and standardise_differences.tsv: RDKit's standard forms of salts, ions and mixtures.

    python make_standardise.py standardise.tsv                                          (needs rdkit)
    python make_standardise.py standardise.tsv standardise_found.tsv standardise_differences.tsv

A line a molecule: RDKit's text after each set of steps (largest fragment; neutral; isotopes; stereo; all; "=" where it
is RDKit's own of the molecule), then several writings of it. RDKit is asked by LargestFragmentChooser (heavy atoms alone
are counted), Uncharger, SetIsotope(0) and RemoveStereochemistry.

standardise_found.tsv is what khop finds where that differs, as KHOP_STANDARDISE_WRITE=FILE tests/test_standardise writes
it: line, steps, khop's text. The third call adds the reason to each.

Molecules are made of ours: each acid, base and other part by itself, half of their pairs in all states of charge,
and some of two, each with counter-ions.
"""
import itertools
import random
import sys

from rdkit import Chem, RDLogger
from rdkit.Chem.MolStandardize import rdMolStandardize

WRITINGS = 3  # beside ours

# Groups that hang on a skeleton at {}: neutral form, ion
ACIDS = [("C(=O)O", "C(=O)[O-]"), ("S(=O)(=O)O", "S(=O)(=O)[O-]"), ("P(=O)(O)O", "P(=O)(O)[O-]"),
         ("P(=O)(O)O", "P(=O)([O-])[O-]"), ("c1ccc(O)cc1", "c1ccc([O-])cc1"), ("CS", "C[S-]"),
         ("c1nnn[nH]1", "c1nnn[n-]1"), ("C(=O)NS(C)(=O)=O", "C(=O)[N-]S(C)(=O)=O")]
BASES = [("CN", "C[NH3+]"), ("CN(C)C", "C[NH+](C)C"), ("C(=N)N", "C(=[NH2+])N"), ("c1ccncc1", "c1cc[nH+]cc1"),
         ("N1CCOCC1", "[NH+]1CCOCC1"), ("NC(=N)N", "NC(=[NH2+])N")]
FIXED = ["C[N+](C)(C)C", "c1cc[n+](C)cc1", "[N+](=O)[O-]", "c1cc[n+]([O-])cc1", "C[P+](C)(C)C", "C[S+](C)C",
         "N=[N+]=[N-]", "[N+]#[C-]", "C[N+](C)(C)[O-]", "C[B-](F)(F)F"]
SKELETONS = ["C({})", "CC({}){}", "c1cc({})ccc1{}", "C1CC({})CC1{}", "[13CH2]({})C{}", "C[C@H]({})C{}",
             "C/C({})=C/C{}", "[2H]C({})C{}", "CC[C@]([2H])({})C{}", "[2H]/C({})=C/C{}"]
COUNTERS = ["", "[Na+]", "[K+].[K+]", "[Ca+2]", "[Mg+2].[Cl-].[Cl-]", "Cl", "[Cl-]", "[Br-]", "[I-]", "[NH4+]", "O",
            "O.O.[Na+].[Cl-]", "OS(=O)(=O)[O-]", "[O-]S(=O)(=O)[O-]", "F[B-](F)(F)F", "[O-][Cl+3]([O-])([O-])[O-]",
            "[O-][N+](=O)[O-]", "CC(=O)[O-]", "OC(=O)C(F)(F)F", "CS(=O)(=O)[O-]", "CCO", "c1ccccc1.O"]
SINGLE = ["[Na+]", "[Cl-]", "[Na+].[Cl-]", "[NH4+].[Cl-]", "[NH4+]", "[OH-]", "[OH3+].[Cl-]", "[O-2].[Ca+2]", "[S-2]",
          "[Fe+2]", "[Fe+3].[Cl-].[Cl-].[Cl-]", "[H+].[Cl-]", "[H][H]", "[2H][2H]", "[2H]O[2H]", "[2H+]", "[Na]", "[Cl]",
          "C[N+](C)(C)CC(=O)[O-]", "[NH3+]CC(=O)[O-]", "[NH3+][C@@H](C)C(=O)[O-]", "[O-][N+](=O)c1ccccc1",
          "CC(=O)[O-].[Na+]", "[NH4+].F[B-](F)(F)F", "[C-]#N.[K+]", "[C-]#N", "[C-]#[O+]", "C[N+]#[C-]", "[NH3+][BH3-]",
          "C[CH-][N+](=O)[O-]", "c1ccc[n-]1", "c1c[nH+]c[nH]1", "[O-]c1c[n+](C)no1", "[CH3-].[Li+]", "[CH3-]", "[CH3+]",
          "C[C+](C)C", "[BH4-].[Na+]", "[BH4-]", "[AlH4-].[Li+]", "F[P-](F)(F)(F)(F)F", "F[P-](F)(F)(F)(F)F.[K+]", "[H-]",
          "[H-].[Na+]", "I[I-]I", "I[I-]I.[K+]", "[N-]=[N+]=[N-].[Na+]", "[N-]=[N+]=[N-]", "[O-]Cl", "[O-]Cl=O",
          "O=[Mn](=O)(=O)[O-].[K+]", "[O-][Cl+3]([O-])([O-])[O-]", "[O-][N+](=O)[O-]", "C[NH+](C)[O-]", "[O-][NH3+]",
          "[O-]O", "[O-][O-].[Na+].[Na+]", "[O-][O].[K+]", "[Cl-].[Cl-].[NH3+]CC[NH3+]", "[Cl-].[NH3+]CC[NH3+]",
          "[K+].[O-]c1ccc(C(=O)[O-])cc1", "C[N+](C)(C)CCO.[O-]c1ccccc1C(=O)[O-]", "[Na+].[O-]S(=O)(=O)[O-].[NH4+]",
          "[Na+].[Cl-].CC(=O)[O-]", "[Na+].CC(=O)[O-].c1ccccc1[O-]", "CP([O-])(=O)OC", "O=[P-](OC)OC", "C[S-](=O)=O",
          "[SiH3-]", "[SeH-].[Na+]", "C[Se-]", "[AsH2-]", "C[Si](C)(C)[O-].[K+]", "O[B-](O)(O)O", "OB(O)[O-].[Na+]",
          "CC(C)(C)[O-].[K+]", "C[Mg+].[Br-]", "CC(=O)O[Na]", "Cl[Pt]Cl", "[Cu+2].[O-]C=O.[O-]C=O",
          "[CH-]1C=CC=C1.[CH-]1C=CC=C1.[Fe+2]", "[cH-]1cccc1", "c1ccc2[cH-]ccc2c1", "[CH2-]C=O", "[CH2-][N+](C)(C)C",
          "C[P+](C)(C)[CH2-]", "C=[N+]=[N-]", "CC#[NH+]", "C[OH+]C", "C[SH+]C", "[PH4+].[I-]", "C[NH2+]C.[Cl-]", "[NH2-]",
          "[NH-]c1ccccc1", "[NH2+]=C(N)N.[NH2+]=C(N)N.[O-]C(=O)[O-]", "[O-]C(=O)C(=O)[O-].[NH4+].[Na+]",
          "[13CH3]C(=O)[O-].[22Na+]", "C[C@H](N)C(=O)[O-].[Na+]", "F/C=C/F.[Na+].[Cl-]", "C[S@+]([O-])CC", "C[S@](=O)CC",
          "C[C@@H](O)CC.C[C@H](O)CC", "CCO.COC", "CCO.CCO", "CCC=O.CC(C)=O", "C.[13CH4]", "[2H]C.C", "CCl.CBr", "*CC.CC",
          "[Na+].[Na+]", "O.[Na+]", "[2H][C@](F)(Cl)Br", "F[C@]([2H])(Cl)Br", "[2H][C@@](F)(Cl)Br", "[13CH3][C@H](C)O",
          "[2H]/C(F)=C/F", "[2H]C([2H])([2H])[C@H](F)Cl", "C/C([2H])=C/C", "F/C([2H])=C([2H])/F", "[2H]/C(F)=C(/[2H])Cl",
          "C[C@]([2H])([3H])O", "C[N@@H+](CC)CCC.[Cl-]", "C[N@@H+]1CC[C@H](C)CC1", "C[C@H]1C[N@H+]2CC[C@@H]1CC2", "N[C@@H]([2H])C(=O)[O-].[NH4+]", "[O-][n+]1ccccc1.Cl"]


def compose():
    yield from SINGLE
    generator = random.Random(5)
    groups = [g for pair in ACIDS + BASES for g in pair] + FIXED
    for one, other in itertools.product(groups, groups):
        if generator.random() < 0.5:
            continue
        skeleton = generator.choice(SKELETONS)
        filled = skeleton.format(*[number(one, 3), number(other, 5)][:skeleton.count("{}")])
        counter = generator.choice(COUNTERS) if generator.random() < 0.8 else ""
        yield filled + ("." + counter if counter else "")
    for _ in range(300):
        parts = [s.format(*[number(generator.choice(groups), n) for n in (3, 5)][:s.count("{}")])
                 for s in generator.choices(SKELETONS, k=generator.choice([1, 2]))]
        yield ".".join(parts + [c for c in generator.choices(COUNTERS, k=2) if c])


def number(group, ring):
    return group.replace("1", str(ring)).replace("{}", "")


def forms(molecule):
    parameters = rdMolStandardize.CleanupParameters()
    parameters.largestFragmentChooserCountHeavyAtomsOnly = True
    chooser, uncharger = rdMolStandardize.LargestFragmentChooser(parameters), rdMolStandardize.Uncharger()

    def unlabelled(m):
        m = Chem.Mol(m)
        for atom in m.GetAtoms():
            atom.SetIsotope(0)
        return Chem.MolFromSmiles(Chem.MolToSmiles(m))  # [H]C is a hydrogen of C then

    def flat(m):
        m = Chem.Mol(m)
        Chem.RemoveStereochemistry(m)
        return m

    def text(m):
        again = Chem.MolFromSmiles(Chem.MolToSmiles(m))
        return "unreadable" if again is None else Chem.MolToSmiles(again)  # a ring that lost its charge: c1cccc1

    return [text(m) for m in
            (chooser.choose(molecule), uncharger.uncharge(molecule), unlabelled(molecule), flat(molecule),
             uncharger.uncharge(chooser.choose(flat(unlabelled(molecule)))))]


def writings(molecule, generator):
    for _ in range(WRITINGS):
        order = list(range(molecule.GetNumAtoms()))
        generator.shuffle(order)
        yield Chem.MolToSmiles(Chem.RenumberAtoms(molecule, order), canonical=False)


def reason(khop, rdkit):
    def charge(text):
        return abs(sum(atom.GetFormalCharge() for atom in Chem.MolFromSmiles(text, sanitize=False).GetAtoms()))

    if rdkit == "unreadable":
        return "RDKit's text cannot be read: a ring that is aromatic no more, or a valence that is none"
    if any(ion in khop for ion in ("[CH3+]", "[BH4-]", "[AlH4-]", "[H-]")):
        return "RDKit adds or takes a hydride"
    if "I[I-]I" in khop:
        return "RDKit gives iodine three bonds"
    if charge(khop) < charge(rdkit):
        return "khop is nearer to neutral as a whole"
    if charge(khop) == charge(rdkit) and "N]=[N+]=N" not in khop:
        return "as neutral as RDKit's: khop keeps another charge, that of the stronger acid or base, or within a molecule"
    return "RDKit leaves every anion beside a cation"


def explain(source, found, target):
    rows = [line.rstrip("\n").split("\t") for line in open(source)]
    with open(target, "w") as file:
        for line in open(found):
            row, step, khop = line.rstrip("\n").split("\t")
            rdkit = rows[int(row)][["1", "2", "4", "8", "15"].index(step)]
            print(row, step, khop, rdkit, reason(khop, rows[int(row)][5] if rdkit == "=" else rdkit), sep="\t", file=file)


def write(target):
    generator, known = random.Random(6), set()
    with open(target, "w") as file:
        for text in compose():
            molecule = Chem.MolFromSmiles(text)
            if molecule is None:
                raise ValueError(text)
            if Chem.MolToSmiles(molecule) in known:
                continue
            known.add(Chem.MolToSmiles(molecule))
            own = Chem.MolToSmiles(molecule)
            print(*["=" if form == own else form for form in forms(molecule)], own, text, *writings(molecule, generator),
                  sep="\t", file=file)


if __name__ == "__main__":
    RDLogger.DisableLog("rdApp.*")
    write(sys.argv[1]) if len(sys.argv) == 2 else explain(*sys.argv[1:])
