"""Writes tests/unit/aromaticity_known.h: hydrogens, aromatic atoms and aromatic bonds of ring systems, by RDKit.

    python make_aromaticity_known.py >../unit/aromaticity_known.h      (needs rdkit)

Each molecule stands in lower case and by Kekule, as far as both are the same to RDKit.
"""
from rdkit import Chem

TEXTS = """
c1ccccc1 c1ccncc1 c1cc[nH]c1 c1ccoc1 c1ccsc1 c1cc[se]c1 c1cc[te]c1 c1ccc2ccccc2c1 c1ccc2[nH]ccc2c1
c1ccccc2cccc1-2 c1ccc2cccc-2cc1 c1cccc2cccc2c1 c1cc2cccc2c1 Cc1ccc2c(C)ccc2cc1C(C)C C1=CC2=CC=CC2=C1
c1ccc2cc3ccccc3cc2c1 c1cc2ccc3cccc4ccc(c1)c2c34 c1ccc2c(c1)-c1cccc3cccc-2c13 C1=Cc2cccc3cccc1c23 c1ccc2c(c1)c1ccccc1-2
c1cc[cH+]ccc1 [CH+]1C=CC=CC=C1 c1ccc2ccc[cH+]c2cc1 c1ccc2cc[cH+]ccc2c1 [CH+]1C=CC2=CC=CC2=C1 [cH-]1cccc1 [CH-]1C=CC=C1
[CH+]1C=C1 O=C1C=C1 O=C1C=CC1=O O=c1cccccc1 O=C1C=CC=C1 O=C1C=CC(=O)C=C1 O=C1C=CC=CC1=O O=C1c2ccccc2C(=O)c2ccccc12
O=C1C=CC(=O)c2ccccc12 O=c1ccoc2ccccc12 O=c1ccc2ccccc2o1 O=c1cc[nH]cc1 S=c1cc[nH]cc1 N=c1cc[nH]cc1 C=c1cc[nH]cc1
C=C1C=CC=C1 C=C1C=CC=CC=C1 C=c1sc(=C)s1 O=c1c(=Cc2ccccc2)sc2n1CCN=2 Cn1c(=O)c2c(ncn2C)n(C)c1=O O=c1[nH]c2ccccc2[nH]1
[O-][n+]1ccccc1 O=n1ccccc1 [O-][n+]1cc[n+]([O-])cc1 [O-][n+]1onc2ccccc21 C[n+]1ccccc1 c1cc[o+]cc1 c1cc[s+]cc1
C[s+]1cccc1
Cc1cc2nc3c(=O)[nH]c(=O)nc-3n(CC(O)C(O)C(O)CO)c2cc1C CC1=CC2=C(C=C1C)N(CC(O)CO)C1=NC(=O)NC(=O)C1=N2
Cc1c2oc3c(C)ccc(C(N)=O)c3nc-2c(C(N)=O)c(N)c1=O Cc1c(N)c(=O)cc2oc3ccccc3nc1-2
B1C=CC=CN1 OB1C=Cc2ccccc2N1 b1ccccc1 C1=CC=C2BOC=C2C1 B1NBNBN1 C1=CC=CB1 [BH-]1C=CC=CC=C1
N1=P(Cl)(Cl)N=P(Cl)(Cl)N=P1(Cl)Cl n1p(Cl)(Cl)np(Cl)(Cl)np1(Cl)Cl p1ccccc1 [pH]1cccc1 [siH]1ccccc1 O=S1C=CC=C1
O=S1(=O)C=CC=C1
C1=CC=CC=CC=C1 c1ccccccc1 C1=CC=CC=CC=CC=C1 c1ccccccccc1 c1ccc1 C1=CC=C1 C1#CC=CC=C1
C1=CC=NC=NN1 C1=CC2=NC=CN=CC2=CC1 C1=NC=c2ccccc2=NC1 O=C1CN=C(c2ccccc2)c2cc(Cl)ccc2N1 c1ccc2c(c1)N=CC=CN2 N1C=CC=NC=C1
c1cc2[nH]c1cc1ccc(cc3ccc(cc4ccc(n4)c2)[nH]3)n1 C1=CC2=CC3=CC=C(N3)C=C3C=CC(=N3)C=C3C=CC(N3)=CC1=N2
c1cn2ccccc2n1 c1ccn2nccc2c1 c1cnc2ncncc2n1 n1nn[nH]c1 c1nonc1 c1csnn1 c1cc2sccc2s1 c1ccc2c(c1)sc1ccccc12 C1=NN=NN1
c1ccc(-c2ccccc2)cc1 c1ccccc1c1ccccc1 c1ccc2c(c1)Cc1ccccc1-2 c1ccc2c(c1)C=Cc1ccccc1C2 c1ccc2c(c1)[nH]c1ccccc12
*1cccc1 c1cccc*1 C1=CC2=CC=C3C=CC4=CC=C5C=CC1=C1C2=C3C4=C51 c1ccc2c(c1)ccc1c2ccc2ccccc21 c1cc2c3c(c1)cccc3cc2
C12=CC=CC=C1C=CC=C2 N1C=Cc2ccccc12 O=C1C=COc2ccccc12 O=C1NC(=O)c2ccccc12 O=C1OC(=O)C=C1 O=C1C=CNC=C1 C1=COC=CO1
C1=CSC=CS1
C1=CNC=CN1 c1ccc2c(c1)Oc1ccccc1O2 c1ccc2c(c1)Nc1ccccc1S2 N1C=CC=CC=C1 O1C=CC=CC=C1 S1C=CC=CC=C1 O1C=CC=CC=CC=C1
C1=CC=COC=C1
c1c(OC)c(OC)C2C(=O)OCC2c1 [n-]1cccc1 [n-]1nnnc1 C1=C=NC=N1 C=C1C=CC(=C)C=C1 C1=CC2=CC=CC=C2C=C1 [c]1ccccc1 c1cc#ccc1
C1=CC2C=CC1C=C2 C1=CC2=CC=C3C=CC1=C23 C1C2=CC=CC=C1C=CC=C2 c1ccc2c(c1)c1cccc3cccc2c13 c1ccc2c3ccccc3c3ccccc3c2c1
"""


def row(text, m):
    hydrogens = sum(a.GetTotalNumHs() for a in m.GetAtoms())
    atoms = sum(a.GetIsAromatic() for a in m.GetAtoms())
    bonds = sum(b.GetBondType() == Chem.BondType.AROMATIC for b in m.GetBonds())
    return f'    {{"{text}", {hydrogens}, {atoms}, {bonds}}},'


print('/* Made by tests/files/make_aromaticity_known.py. */')
for text in TEXTS.split():
    m = Chem.MolFromSmiles(text)
    if m is None:
        raise SystemExit(f'{text}: RDKit refuses it')
    print(row(text, m))
    kekule = Chem.MolToSmiles(m, kekuleSmiles=True) if '*' not in text else text
    if kekule != text and Chem.MolToSmiles(Chem.MolFromSmiles(kekule)) == Chem.MolToSmiles(m):
        print(row(kekule, m))
