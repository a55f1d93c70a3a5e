"""Writes canonical.npz: khop's canonical SMILES of the drug-like molecules, each proved with RDKit.

    python make_canonical.py LIBKHOP drug_like.npz canonical.npz      (needs rdkit and numpy; LIBKHOP: libkhop.so)

RDKit must read each text as the molecule that it was written from: its own canonical SMILES of both are one. Nothing is
written where one is not, but for atoms with two hydrogens: RDKit keeps the signs of [P@H2], whose inversion is itself.

Arrays:
  texts    (bytes) isomeric texts, each with a line end, in the order of drug_like.npz
"""
import ctypes
import sys

import numpy as np
from rdkit import Chem

WRITINGS = 6


class Khop:
    """Canonical SMILES by a libkhop.so."""

    def __init__(self, library):
        self.library, self.molecule = ctypes.CDLL(library), ctypes.c_void_p()
        self.library.khop_message.restype = ctypes.c_char_p
        assert self.library.khop_molecule_new(ctypes.byref(self.molecule)) == 0

    def canonical(self, text, isomeric=True):
        made = ctypes.c_void_p()
        if self.library.khop_molecule_parse(self.molecule, text.encode()):
            raise ValueError(f"{text}: {self.library.khop_message().decode()}")
        assert self.library.khop_molecule_smiles(ctypes.byref(made), self.molecule, ctypes.c_bool(isomeric)) == 0
        written = ctypes.string_at(made).decode()
        self.library.khop_free(made)
        return written


def by_rdkit(text):
    """RDKit's canonical SMILES, without configurations of atoms with two hydrogens."""
    molecule = Chem.MolFromSmiles(text)
    if molecule is None:
        return None
    for atom in molecule.GetAtoms():
        if atom.GetTotalNumHs() > 1:
            atom.SetChiralTag(Chem.ChiralType.CHI_UNSPECIFIED)
    return Chem.MolToSmiles(molecule)


def first_writings(path):
    return bytes(np.load(path)["texts"]).decode().split("\n")[:-1][::WRITINGS]


def main(library, molecules, target):
    khop, texts = Khop(library), []
    for text in first_writings(molecules):
        texts.append(khop.canonical(text))
        if by_rdkit(texts[-1]) != by_rdkit(text):
            sys.exit(f"{texts[-1]} is not {text}")
    np.savez_compressed(target, texts=np.frombuffer("".join(text + "\n" for text in texts).encode(), "uint8"))


if __name__ == "__main__":
    main(*sys.argv[1:])
