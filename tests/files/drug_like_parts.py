"""Drug-like molecules of our own: ring systems, linkers and groups of textbooks, joined at random.

    for molecule in molecules(seed, count): ...                     (needs rdkit)

A molecule begins with one ring system, and takes up groups, and further ring systems behind linkers, until it weighs
what was drawn for it: a normal distribution about 370, from 200 to 600. Ring systems come in turn, so that each is in
as many molecules as any other; those that part one model of aromaticity from another are there on purpose. The same
seed gives the same molecules.
"""
import random

from rdkit import Chem, RDLogger
from rdkit.Chem import Descriptors
from rdkit.Chem.EnumerateStereoisomers import EnumerateStereoisomers, StereoEnumerationOptions

# Rings of five: azoles, then what is not aromatic or aromatic in some writings alone.
FIVE = """c1cc[nH]c1 c1ccoc1 c1ccsc1 c1cc[se]c1 c1cc[te]c1 c1cn[nH]c1 c1c[nH]cn1 c1cocn1 c1cscn1 c1cnoc1 c1cnsc1
c1nc[nH]n1 c1cnn[nH]1 c1nnn[nH]1 c1nn[nH]n1 c1nnco1 c1nncs1 c1ncon1 c1ncsn1 c1csnn1 c1cnon1 c1cnsn1 O=S1N=CC=N1
O=S1(=O)N=CC=N1 O=c1cc[nH][nH]1 O=C1CC=NN1 O=c1[nH]cco1 O=C1CN=CS1 O=C1C=NCS1 O=C1CSC(=S)N1 O=C1CNC(=O)N1
O=C1CSC(=O)N1 O=c1[nH]cc[nH]1 O=c1nc[nH][nH]1 O=c1[nH]nn[nH]1 O=c1[nH]nco1 S=c1[nH]nco1 S=c1[nH]cc[nH]1 S=c1ccss1
C=C1SC=CS1 C=c1[nH]cc[nH]1 O=c1cc[nH]s1 O=C1C=CC(=O)N1 O=C1C=CCO1 [O-]c1c[n+](C)no1 O=C1C=CC=C1 C=C1C=CC=C1 C1=CCC=C1
c1cc[pH]c1 [SiH2]1C=CC=C1 [BH]1C=CC=C1 C1=COCO1 O=c1occo1 C1=CSCN1 C[n+]1cc[nH]c1 c1cc[cH-]c1 N=c1[nH]ccs1 O=C1N=CSC1
C1=NCCN1 C1CC=NO1"""
# Rings of six, seven and eight.
SIX = """c1ccccc1 c1ccccc1 c1ccccc1 c1ccncc1 c1ccncc1 c1cncnc1 c1cnccn1 c1ccnnc1 c1ncncn1 c1cnncn1 c1nncnn1 c1ccpcc1
O=c1cccc[nH]1 O=c1cc[nH]cc1 S=c1cccc[nH]1 O=c1ccocc1 O=c1cccco1 O=c1ccscc1 S=c1ccocc1 O=c1cc[nH]c(=O)[nH]1
Nc1cc[nH]c(=O)n1 O=c1cccn[nH]1 O=c1cc[nH]cn1 O=c1cncc[nH]1 O=C1CC(=O)NC(=O)N1 O=c1[nH]c(=O)[nH]c(=O)[nH]1
[O-][n+]1ccccc1 [O-][n+]1ccncc1 c1cc[o+]cc1 c1cc[s+]cc1 C[n+]1ccccc1 O=C1C=CC(=O)C=C1 O=C1C=CC=CC1=O C=C1C=CC(=O)C=C1
N=C1C=CC(=O)C=C1 N=c1cccc[nH]1 B1C=CC=CN1 B1C=CC=CC1 B1OBOBO1 B1NBNBN1 C1=COC=CO1 C1=CSC=CS1 C1=CSC=CN1
[PH2]1=N[PH2]=N[PH2]=N1 C1C=CNC=C1 O=C1C=CCC=C1 O=C1C=CNC=C1 [nH]1ccccc1=S O=c1[nH]cc[nH]c1=O O=C1NC=CNC1=O
O=S1(=O)C=CC=CN1 C1=CC=NN=C1 C1=CNC=NC1 O=c1cccccc1 c1ccc[cH+]cc1 N1C=CC=CC=C1 O1C=CC=CC=C1 S1C=CC=CC=C1 C1=CC=CCC=C1
C1C=NC=CN=C1 C1=CC=CC=CC=C1 O=c1cccccc1O O=C1C(=O)C=C1"""
TWO_OF_FIVE_AND_SIX = """c1ccc2[nH]ccc2c1 c1ccc2c[nH]cc2c1 c1ccc2[nH]ncc2c1 c1ccc2n[nH]cc2c1 c1ccc2[nH]cnc2c1
c1ccc2occc2c1 c1ccc2cocc2c1 c1ccc2sccc2c1 c1ccc2cscc2c1 c1ccc2ocnc2c1 c1ccc2scnc2c1 c1ccc2oncc2c1 c1ccc2sncc2c1
c1ccc2[nH]nnc2c1 c1ccc2nonc2c1 c1ccc2nsnc2c1 c1ccc2snnc2c1 [O-][n+]1onc2ccccc21 c1ccc2n[se]nc2c1 c1ccc2[se]ccc2c1
c1ncc2nc[nH]c2n1 Nc1ncnc2[nH]cnc12 Nc1nc2[nH]cnc2c(=O)[nH]1 O=c1[nH]cnc2[nH]cnc12 O=c1[nH]c(=O)c2[nH]cnc2[nH]1
Cn1c(=O)c2[nH]cnc2n(C)c1=O O=c1[nH]c(=O)c2[nH]c(=O)[nH]c2[nH]1 O=c1[nH]c2ccccc2[nH]1 O=c1[nH]c2ccccc2o1
O=c1[nH]c2ccccc2s1 S=c1[nH]c2ccccc2s1 O=C1Nc2ccccc2C1=O O=C1Cc2ccccc2N1 O=C1NC(=O)c2ccccc21 O=C1OCc2ccccc21
O=C1C=Nc2ccccc21 O=C1NCc2ccccc21 C1=Cc2ccccc2C1 c1ccn2cccc2c1 c1ccn2ccnc2c1 c1cnc2ccnn2c1 c1ccn2ncnc2c1 c1ccn2nnnc2c1
c1ncc2cc[nH]c2n1 c1ncc2ccsc2n1 c1cc2sccc2s1 c1cc2occc2cn1 c1cn2ccsc2n1 O=c1ccnc2sccn12 C1=Cn2cccc2C1 c1ccc2nocc2c1
C1=c2ccccc2=NN1 O=C1NS(=O)(=O)c2ccccc21 OB1OCc2ccccc21 B1Nc2ccccc2N1 c1ccc2c(c1)OCO2 c1ccc2c(c1)CCC2 c1ccc2c(c1)CCN2
c1ccc2cccc-2cc1 c1cc2cccc-2c1 C1=CC2=CC=CC2=C1 c1ccc2[nH]c3[nH]ccc3c2c1 O=c1c2ccccc2[nH][nH]1 O=c1c2ccccc2sn1C
c1ccc2pcccc2c1 O=c1oc2ccccc2o1 C=C1Cc2ccccc2N1 c1ccc2[nH]ccc2c1 c1ccc2[nH]cnc2c1 C[n+]1c[nH]c2ccccc21
c1cc2cncc-2[nH]c1 c1ccc2nccc-2cc1 c1ccc2cnnc-2cc1 c1scc2nccnc12 O=C1C=C2C=CC=CC2=N1 O=c1cc2sccc2n[nH]1"""
TWO_OF_SIX_AND_SEVEN = """c1ccc2ccccc2c1 c1ccc2ncccc2c1 c1ccc2cnccc2c1 c1ccc2nnccc2c1 c1ccc2ncncc2c1 c1ccc2nccnc2c1
c1ccc2cnncc2c1 c1cnc2ncccc2c1 c1cnc2cccnc2c1 c1cnc2ncncc2n1 Nc1nc2ncc(C)nc2c(=O)[nH]1 O=c1ccoc2ccccc12
O=c1ccc2ccccc2o1 O=c1ccsc2ccccc12 O=c1occc2ccccc12 O=c1ccc2ccccc2[nH]1 O=c1cc[nH]c2ccccc12 O=c1[nH]ccc2ccccc12
O=c1[nH]cnc2ccccc12 O=c1[nH]c(=O)c2ccccc2[nH]1 O=c1cn[nH]c2ccccc12 O=c1[nH]ncc2ccccc12 O=c1cnc2ccccc2[nH]1
O=c1[nH]c2ccccc2[nH]c1=O S=c1cc[nH]c2ccccc12 S=c1ccc2ccccc2o1 O=C1C=CC(=O)c2ccccc21 O=C1C=Cc2ccccc2C1=O
O=C1C=COc2ccccc21 O=C1CCOc2ccccc21 O=c1cnoc2ccccc12 [O-][n+]1cccc2ccccc21 [O-][n+]1c2ccccc2[n+]([O-])cc1
O=c1ccn2ccccc2n1 O=c1ccnc2ccccn12 c1ccc2[o+]cccc2c1 C[n+]1cccc2ccccc21 O=C1CN=C(c2ccccc2)c2ccccc2N1 O=C1CN=Cc2ccccc2N1
O=C1CC=Nc2ccccc2N1 C1C=Nc2ccccc2N=C1 c1ccc2c(c1)N=CCN=C2 C1=Nc2ccccc2NC=C1 c1nnc2n1-c1ccccc1C=NC2
O=S1(=O)NC=Nc2ccccc21 O=C1CSc2ccccc2N1 O=C1COc2ccccc2N1 c1ccc2c(c1)CCCN2 c1ccc2c(c1)CCNC2 c1ccc2c(c1)CCCO2
c1ccc2c(c1)OCCO2 C1=Cc2ccccc2OC1 C1=Cc2ccccc2CO1 B1C=Cc2ccccc2N1 C1=Nc2ccccc2CN1 C1=CSc2ccccc2N1 O=c1cccc2cccccc1-2
C1=CC=Cc2ccccc2C1 C1=CC=C2C=CC=CC2=CC1 C1=CC2=CC=CC=CC2=CC=C1 O=C1C=CC(=O)c2ncccc21 O=c1[nH]c2ncccc2c(=O)[nH]1
O=c1[nH]c(=O)c2ncccc2[nH]1 O=C1C=C2C=CC=CC2=CN1 c1ccc2bcccc2c1 N=c1ccoc2ccccc12 O=C1NC=Nc2ccccc2C1 C1=NN=Cc2ccccc2C1
O=C1Cc2ccccc2C=CN1"""
THREE = """c1ccc2c(c1)[nH]c1ccccc12 c1ccc2nc3ccccc3cc2c1 O=c1c2ccccc2[nH]c2ccccc12 c1ccc2nc3ccccc3nc2c1
c1ccc2c(c1)Nc1ccccc1S2 c1ccc2c(c1)Nc1ccccc1O2 c1ccc2c(c1)Oc1ccccc1S2 c1ccc2c(c1)Sc1ccccc1S2 c1ccc2c(c1)oc1ccccc12
c1ccc2c(c1)sc1ccccc12 c1ccc2c(c1)Cc1ccccc1-2 O=C1c2ccccc2-c2ccccc21 O=C1c2ccccc2C(=O)c2ccccc21 O=C1c2ccccc2Cc2ccccc21
c1ccc2cc3ccccc3cc2c1 c1ccc2c(c1)ccc1ccccc12 c1cnc2c(c1)ccc1cccnc12 O=C1C=Cc2cccc3cccc1c23 C1=Cc2cccc3cccc1c23
O=c1c2ccccc2oc2ccccc12 O=c1c2ccccc2sc2ccccc12 c1ccc2c(c1)Cc1ccccc1O2 O=c1[nH]c(=O)c2nc3ccccc3[nH]c-2n1
Cn1c2nc(=O)[nH]c(=O)c-2nc2ccccc21 O=c1[nH]c(=O)c2nc3ccccc3nc2[nH]1 O=c1ccc2nc3ccccc3oc-2c1 O=c1ccc2nc3ccccc3sc-2c1
N=c1ccc2nc3ccccc3oc-2c1 c1ccc2c(c1)[nH]c1cnccc12 c1ccc2c(c1)[nH]c1ccncc12 O=c1ccc2cccc3c4ccccc4n1c23
c1ccc2c(c1)-c1ccccc1-2 c1ccc2c(c1)CCc1ccccc1N2 c1ccc2c(c1)Nc1ccccc1N=C2 c1ccc2c(c1)C=Cc1ccccc1N2
c1ccc2c(c1)COc1ccccc1C2 O=c1ccc2cc3ccoc3cc2o1 O=c1[nH]c2ccccc2n2cnnc12 c1ccc2c(c1)ccc1occc12 c1cc2cccc3c2c(c1)N=CN3
C1=CC2=CC3=CC=CC3=CC2=C1 c1ccc2c(c1)-c1cccc3cccc-2c13 c1cc2ccc3cccc4ccc(c1)c2c34 c1ccc2c(c1)c1ccccc1c1ccccc21
c1ccc2c(c1)nnc1nncn12 c1ccc2c(c1)ncc1[nH]cnc12 O=C1c2ccccc2-c2nccnc21 O=C1C(=O)c2ccccc2-c2ccccc21
O=c1c2ccccc2nc2sccn12 c1ccc2c(c1)[nH]c1nccnc12 O=C1C=CC(=O)c2cc3ccccc3cc21 C[n+]1c2ccccc2cc2ccccc21
C[n+]1cccc2c1[nH]c1ccccc12 c1ccc2c(c1)nc1n2CCCC1 c1ccc2c(c1)B(O)Oc1ccccc1-2
C1=CC2=CC3=CC=C(N3)C=C3C=CC(=N3)C=C3C=CC(=CC1=N2)N3 CN(C)c1ccc2nc3ccc(=[N+](C)C)cc-3sc2c1
O=c1ccc2c(Cc3ccccc3)c3ccccc3oc-2c1 O=C1Nc2ccccc2C1=C1C(=O)Nc2ccccc21 O=c1cc(-c2ccccc2)oc2ccccc12 c1cc[n+]2ccccc2c1
c1cc2ccc3ccc(c1)n23 c1ccc2c(c1)c1[nH]cnc1c1ccccc21 O=c1oc2ccccc2c2ccccc12 O=C1OC2(c3ccccc31)c1ccccc1Oc1ccccc12"""
SATURATED = """C1CCNCC1 C1CCNCC1 C1CNCCN1 C1CNCCN1 C1COCCN1 C1CCNC1 C1CNC1 C1COC1 C1CC1 C1CCC1 C1CCCC1 C1CCCCC1
C1CC2CCC(C1)N2 C1CN2CCC1CC2 C1CC2CCC1C2 C1C2CC3CC1CC(C2)C3 C1CC2CCC1CC2 C12C3C4C1C5C2C3C45 C1C2CC1C2 C1CC2CNCC1N2
C1CC2(C1)CNC2 C1CCC2(CC1)CCNCC2 C1CC2(CCN1)OCc1ccccc12 O=C1NC(=O)C2(CCCC2)C(=O)N1 C1NCC2CC12 C1CCC2CCCCC2C1
C1CCC2C(C1)CCC1C3CCCC3CCC21 CC12CCC3C(CCC4=CC(=O)CCC34C)C1CCC2 O=C1CC2SCCN12 O=C1CC2SCC=CN12 C1CO1 C1CN1 C1CS1
OC1COC(O)C(O)C1O OC1COCC1O C1CNCCCN1 C1CS(=O)(=O)CCN1 C1CCS(=O)(=O)C1 O=C1C=CCCC1 C1CCPCC1 O=C1CCCCCCCCCCCCN1
C1COCCOCCOCCO1 O=C1CNC(=O)CN1 O=C1OCCN1 O=C1CCCN1 O=C1CCN1 O=S1(=O)CCCN1 O=P1(O)OCCCO1 C1CC[SiH2]CC1 C1CC2CC1C=C2
C1=CC2CCC1C2 C1CCC2OC2C1 C1OCC2CCCC12 C1CC12CCNCC2 B1OCCO1 B1(O)OCCO1 C1CC=CC1 C1CC=CCC1 C1C=CCN1 O=C1NC2CSCC2N1
C1CN2CCN1CC2 C1CC2NC1C=C2"""
RINGS = " ".join([FIVE, SIX, TWO_OF_FIVE_AND_SIX, TWO_OF_SIX_AND_SEVEN, THREE, SATURATED]).split()

# Bound by their first atom. Frequent ones stand there more than once.
GROUPS = """C C C CC C(C)C C(C)(C)C F F Cl Cl Br O O OC OC OCC N NC N(C)C C#N C(F)(F)F OC(F)(F)F C(=O)O C(=O)OC C(=O)N
C(=O)NC S(=O)(=O)C S(=O)(=O)N S(=O)C SC [N+](=O)[O-] NC(=O)C NS(=O)(=O)C C(C)=O C=O C=C C#C C=CC(=O)O CO CCO CN
CCN(C)C C(=N)N NC(=N)N N=[N+]=[N-] B(O)O P(=O)(O)O OP(=O)(O)O C(=O)[O-] [NH4+] C[N+](C)(C)C S C=NO C(=NO)N N=O NN
OC(=O)C N=C=S [Si](C)(C)C C(=S)N SC#N C(O)C(N)=O C(C)O C(N)C(=O)O S(=O)(=N)C S(=O)(=O)F C(C)N C[NH+](C)C S(=O)(=O)[O-]
C(C)C(=O)O CC(N)C(=O)O OCC(O)CNC(C)C [N-]S(=O)(=O)C C(=O)NO OC(F)F N=C(N)N C=[N+]([O-])C [Se]C""".split()
# SMILES, and the atoms that are bound on either side.
LINKERS = """. 0 0| C 0 0| C 0 0| CC 0 1| CCC 0 2| O 0 0| N 0 0| S 0 0| S(=O)=O 0 0| S=O 0 0| C=O 0 0| C(=O)N 0 2|
C(=O)N 2 0| C(=O)N 0 2| C(=O)N 2 0| NC(=O)N 0 3| S(=O)(=O)N 0 3| S(=O)(=O)N 3 0| C=C 0 1| C#C 0 1| N=N 0 1| C=NN 0
2| C=NN 2 0| C=N 0 1| C=N 1 0| OC 0 1| OC 1 0| CN 0 1| CN 1 0| OCC 0 2| C(=O)O 0 2| C(=O)O 2 0| CNC 0 2| C(=O)NC 0
3| C(=O)NC 3 0| C(C)N 0 2| C(=O)C=C 0 3| C(=O)C=C 3 0| C(O)C 0 2| N(C)C 0 2| C(=O)NN=C 0 4| OP(=O)(O)O 0 4| NC(=S)N
0 3| S(=O)(=O)NC 0 4| OCC(=O)N 0 4| SCC(=O)N 4 0| C(C)C 0 0| NCCO 0 3| C(C#N)=C 0 3| [NH3+]C 0 1"""
PARTNERS = ["[Na+]", "[K+]", "[Cl-]", "[Br-]", "Cl", "O", "CS(=O)(=O)O", "OC(=O)C=CC(=O)O", "OC(=O)C(F)(F)F", "[Ca+2]"]


def sites(molecule, atoms):
    """Which of the atoms can be bound to: they have a hydrogen and room, and are no OH, SH or nitrogen ion."""
    found = []
    for i in atoms:
        a = molecule.GetAtomWithIdx(i)
        bare = a.GetAtomicNum() in (8, 16) or (a.GetAtomicNum() == 7 and a.GetFormalCharge())
        if a.GetTotalNumHs() > 0 and a.GetDegree() < 4 and not bare:
            found.append(i)
    return found


def take_hydrogens(atom, count):
    """Hydrogens that are written leave with a bond; others are counted anew."""
    if atom.GetNumExplicitHs():
        atom.SetNumExplicitHs(max(0, atom.GetNumExplicitHs() - count))


def join(one, i, other, j, order=Chem.BondType.SINGLE):
    """Both as one molecule, with a bond from atom i of one to atom j of other; None where that cannot be."""
    both = Chem.RWMol(Chem.CombineMols(one, other))
    j += one.GetNumAtoms()
    both.AddBond(i, j, order)
    for atom in both.GetAtomWithIdx(i), both.GetAtomWithIdx(j):
        take_hydrogens(atom, 2 if order == Chem.BondType.DOUBLE else 1)
    try:
        Chem.SanitizeMol(both)
    except Exception:
        return None
    return both.GetMol()


class Maker:
    def __init__(self, seed):
        self.random = random.Random(seed)
        self.waiting = []
        self.rings = [Chem.MolFromSmiles(text) for text in RINGS]
        self.groups = [Chem.MolFromSmiles(text) for text in GROUPS]
        self.linkers = [(None if text == "." else Chem.MolFromSmiles(text), int(i), int(j))
                        for text, i, j in map(str.split, LINKERS.split("|"))]

    def next_ring(self):
        if not self.waiting:
            self.waiting = self.random.sample(self.rings, len(self.rings))
        return self.waiting.pop()

    def place(self, molecule):
        """Where to go on: mostly at a ring."""
        places = sites(molecule, range(molecule.GetNumAtoms()))
        rings = [i for i in places if molecule.GetAtomWithIdx(i).IsInRing()]
        return self.random.choice(rings if rings and self.random.random() < 0.75 else places) if places else None

    def add_group(self, molecule):
        place = self.place(molecule)
        return None if place is None else join(molecule, place, self.random.choice(self.groups), 0)

    def ylidene(self, molecule):
        """A double bond out of a ring, where a carbon has two hydrogens to give."""
        places = [a.GetIdx() for a in molecule.GetAtoms()
                  if a.GetAtomicNum() == 6 and a.IsInRing() and a.GetTotalNumHs() == 2]
        ring = self.random.choice(self.rings)
        ends = sites(ring, range(ring.GetNumAtoms()))
        if not places or not ends:
            return None
        bridge = join(Chem.MolFromSmiles("C"), 0, ring, self.random.choice(ends))
        return bridge and join(molecule, self.random.choice(places), bridge, 0, Chem.BondType.DOUBLE)

    def add_ring(self, molecule):
        if self.random.random() < 0.08:
            return self.ylidene(molecule)
        place = self.place(molecule)
        ring, (linker, i, j) = self.random.choice(self.rings), self.random.choice(self.linkers)
        ends = sites(ring, range(ring.GetNumAtoms()))
        if place is None or not ends:
            return None
        if linker is None:
            return join(molecule, place, ring, self.random.choice(ends))
        longer = join(molecule, place, linker, i)
        return longer and join(longer, molecule.GetNumAtoms() + j, ring, self.random.choice(ends))

    def replace(self, molecule, element, change):
        """Changes one atom of the element, where there is one."""
        atoms = [a for a in molecule.GetAtoms() if a.GetAtomicNum() == element]
        if atoms:
            change(self.random.choice(atoms))

    def finish(self, molecule):
        """Configurations, a partner of a salt, an isotope, iodine for chlorine: each in some molecules."""
        if self.random.random() < 0.6:
            options = StereoEnumerationOptions(maxIsomers=1, rand=self.random.randrange(1 << 30))
            molecule = next(EnumerateStereoisomers(molecule, options=options))
        if self.random.random() < 0.05:
            molecule = Chem.CombineMols(molecule, Chem.MolFromSmiles(self.random.choice(PARTNERS)))
        if self.random.random() < 0.005:
            self.replace(molecule, 6, lambda atom: atom.SetIsotope(13))
        if self.random.random() < 0.1:
            self.replace(molecule, 17, lambda atom: atom.SetAtomicNum(53))
        return molecule

    def one(self):
        molecule, wanted, tries = self.next_ring(), min(max(self.random.gauss(370, 85), 200), 600), 0
        more_rings = self.random.choice([0, 0.3, 0.4])
        while Descriptors.MolWt(molecule) < wanted - 15 and tries < 40:
            tries += 1
            longer = self.add_ring(molecule) if self.random.random() < more_rings else self.add_group(molecule)
            if longer and Descriptors.MolWt(longer) < wanted + 60:
                molecule = longer
        molecule = self.finish(molecule)
        return molecule if 200 <= Descriptors.MolWt(molecule) <= 600 else None


def molecules(seed, count):
    """Yields canonical SMILES, each once, that RDKit reads back as they are."""
    RDLogger.DisableLog("rdApp.*")
    maker, seen = Maker(seed), set()
    while len(seen) < count:
        molecule = maker.one()
        text = molecule and Chem.MolToSmiles(molecule)
        back = text and Chem.MolFromSmiles(text)
        if back and Chem.MolToSmiles(back) == text and text not in seen:
            seen.add(text)
            yield text
