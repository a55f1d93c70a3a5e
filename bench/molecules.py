"""Molecules: parsing, and descriptors after parsing, beside RDKit's own calls; one thread, ESOL."""
import csv
import time

from common import *


def rdkit_ways(texts):
    """RDKit's calls over all molecules, each returning the processor's seconds."""
    import numpy as np
    from rdkit import Chem, RDLogger
    from rdkit.Chem import rdMolDescriptors
    RDLogger.DisableLog("rdApp.*")
    molecules = [Chem.MolFromSmiles(text) for text in texts]

    def timed(call, items):
        def way():
            begin = time.process_time()
            for item in items:
                call(item)
            return time.process_time() - begin
        return way

    def distances(molecule):
        return np.bincount(Chem.GetDistanceMatrix(molecule, force=True).astype(np.int64).ravel())

    return {
        "parse": timed(Chem.MolFromSmiles, texts),
        "distances": timed(distances, molecules),
        "distances, the matrix alone": timed(lambda m: Chem.GetDistanceMatrix(m, force=True), molecules),
        "autocorr": timed(rdMolDescriptors.CalcAUTOCORR2D, molecules),
        "atompair": timed(rdMolDescriptors.GetAtomPairFingerprint, molecules),
    }


def main():
    path = KHOP_DATA / "esol.csv"
    with open(path, newline="") as file:
        texts = [row["smiles"].strip() for row in csv.DictReader(file)]
    ways = rdkit_ways(texts)
    found = []
    with Session("molecules", path) as session:
        for task, goal in [("parse", 2), ("distances", 10), ("autocorr", 10), ("atompair", 10)]:
            candidates = {"khop": lambda task=task: session.ask(task), "RDKit": ways[task]}
            if task == "distances":
                candidates["matrix"] = ways["distances, the matrix alone"]
            t = {way: median(seconds) for way, seconds in turns(candidates, rounds=7).items()}
            found.append(faster(f"ESOL, {task}", "RDKit", t["khop"], t["RDKit"], goal))
            if "matrix" in t:
                found.append(faster("ESOL, distances", "RDKit, its matrix alone", t["khop"], t["matrix"], goal))
    finish("molecules", found)


if __name__ == "__main__":
    main()
