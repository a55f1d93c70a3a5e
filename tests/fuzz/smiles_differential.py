"""Canonical SMILES of random writings: RDKit draws them, khop must give all of a molecule one text, and RDKit must read
that as the molecule.

    python tests/fuzz/smiles_differential.py LIBKHOP SECONDS [SEED]       (needs rdkit and numpy)

The molecules are those of tests/files/drug_like.npz. Writings that RDKit itself does not read back to the molecule are
passed over. The last line counts; exit status 1: some writings had another text."""
import random
import sys
import time
from pathlib import Path

from rdkit import Chem, RDLogger

FILES = Path(__file__).resolve().parent.parent / "files"
sys.path.insert(0, str(FILES))
from make_canonical import Khop, by_rdkit, first_writings  # noqa: E402


def drawn(molecule, chance):
    order = list(range(molecule.GetNumAtoms()))
    chance.shuffle(order)
    molecule = Chem.RenumberAtoms(molecule, order)
    kekule = chance.random() < 0.3
    if kekule:
        Chem.Kekulize(molecule)
    return Chem.MolToSmiles(molecule, canonical=False, doRandom=chance.random() < 0.5, kekuleSmiles=kekule,
                            allBondsExplicit=chance.random() < 0.2, allHsExplicit=chance.random() < 0.2)


def main(library, seconds, seed="17"):
    RDLogger.DisableLog("rdApp.*")
    khop, chance, tried, passed, wrong = Khop(library), random.Random(int(seed)), 0, 0, 0
    texts = first_writings(FILES / "drug_like.npz")
    end = time.monotonic() + float(seconds)
    while time.monotonic() < end:
        text = chance.choice(texts)
        writing = drawn(Chem.MolFromSmiles(text), chance)
        if by_rdkit(writing) != by_rdkit(text):
            passed += 1
            continue
        tried += 1
        for isomeric in True, False:
            expected, found = khop.canonical(text, isomeric), khop.canonical(writing, isomeric)
            if found != expected:
                wrong += 1
                print(f"{text}\t{writing}\t{expected}\t{found}")
        if by_rdkit(khop.canonical(writing)) != by_rdkit(text):
            wrong += 1
            print(f"{text}\t{writing}\tRDKit reads {khop.canonical(writing)} otherwise")
    print(f"{tried} writings, {wrong} wrong, {passed} that RDKit does not read back")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
