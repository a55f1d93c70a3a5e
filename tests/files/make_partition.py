"""Writes partition.tsv: log P, refractivity (Crippen) and TPSA by RDKit of molecules with rare atoms and bonds.

    python make_partition.py > partition.tsv      (needs rdkit)
"""
from rdkit import Chem
from rdkit.Chem import Crippen, rdMolDescriptors

MOLECULES = """C CC CCO O [H][H] [2H]C([2H])O [Na+].[Cl-] [K+].[Br-] [Li]C C=O O=C=O OC=O CC(=O)[O-] CC(=O)O CC(C)=O
O=Cc1ccccc1 CC(=O)c1ccccc1 O=C(c1ccccc1)c1ccccc1 O=C(N)N COC(=O)OC COC(=O)Cl CC(=O)OC N#N C#N CC#N [C-]#N C[N+]#[C-]
N NC CNC CN(C)C C[NH3+] C[NH2+]C C[NH+](C)C C[N+](C)(C)C Nc1ccccc1 CNc1ccccc1 CN(C)c1ccccc1 c1ccccc1Nc1ccccc1
c1ccccc1N(c1ccccc1)c1ccccc1 C=N CC=NC C=[NH2+] CN=[N+]=[N-] C=[N+]=[N-] C[N+]([O-])=O CN=O CN(C)N=O c1ccccc1N=Nc1ccccc1
CNO CON ONC c1cc[n+]([O-])cc1 c1cc[nH+]cc1 c1cc[nH]c1 Cn1cccc1 c1cnoc1 c1ccsc1 c1cscn1 C[n+]1ccccc1 Oc1ccccc1
COc1ccccc1 c1ccccc1Oc1ccccc1 C1CO1 C1CN1 CN1CC1 OO COOC CSO OS(=O)(=O)O CS(=O)(=O)[O-] CS(C)=O CSC CS C=S CC(=S)N
C[S-] C[S+](C)C CP(C)C CP(=O)(O)O COP(=S)(OC)SC P FC(F)F ClC(Cl)Cl BrCCBr CI c1ccccc1F c1ccccc1Cl c1ccccc1Br c1ccccc1I
C[Si](C)(C)C C[Sn](C)(C)C C[Hg]C [Fe+2] [Mg+2] [Ca] CB(O)O OB(O)c1ccccc1 C[As](C)C C[Se]C
Cc1ccccc1 CCc1ccccc1 CC(C)c1ccccc1 CC(C)(C)c1ccccc1 Cc1ccccn1 Cn1ccnc1C C=Cc1ccccc1 C=C(C)c1ccccc1 C=C(c1ccccc1)c1ccccc1
C=C=C C#CC#C CC#CC CC(C)C CC(C)(C)C CC(O)C CC(O)(C)C OC(c1ccccc1)c1ccccc1 c1ccc(-c2ccccc2)cc1 c1ccc2ccccc2c1
O=c1cc[nH]cc1 O=C1C=CC(=O)C=C1 S=c1cc[nH]cc1 N=c1cccc[nH]1 C1CC1 C=CC=C OCC#C OC#C OC=C NC=O CNC=O CN(C)C=O NC(=N)N
[O-][n+]1ccccc1 O=[N+]([O-])c1ccccc1 CO[N+](=O)[O-] ON ONC=O [OH-] [OH3+] [NH4+] C[O-] [O-]c1ccccc1 [SiH4] ClC=CCl
FC=C C(=O)(F)F N=C=O CN=C=O CN=C=S NN NNc1ccccc1 NC#N N1=NC=CC=N1 CC(=O)OO CC(=N)C SSC CSSC C1=CC=CC=C1 [CH3] C[CH2]
COO OOc1ccccc1 OSC OC(=S)C OC(=N)C OP(O)O C[Si](C)(C)O On1cccc1 OP(=O)(O)OP(=O)(O)O Cc1c[nH]c(=O)[nH]c1=O
[N-]=[N+]=Nc1ccccc1 O=S(=O)(N)c1ccccc1 O=[P](C)(C)C CN(C)C=N""".split()


def main():
    for text in MOLECULES:
        molecule = Chem.MolFromSmiles(text)
        if molecule is None:
            continue
        print(f"{text}\t{Crippen.MolLogP(molecule):.5f}\t{Crippen.MolMR(molecule):.4f}\t"
              f"{rdMolDescriptors.CalcTPSA(molecule):.2f}")


if __name__ == "__main__":
    main()
