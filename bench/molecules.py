"""Molecules: parsing, and descriptors of parsed ones, beside RDKit's own calls, of ESOL and of the drug-like set of
tests/files/drug_like.npz; an epoch of training on ESOL beside PyTorch Geometric; one thread. khop is called from C
(bench/molecules.c), RDKit from Python in a loop, as its users do, and from C++ (bench/molecules_rdkit.cpp) where its
headers were there when the bench was built."""
import csv
import contextlib
import time

from common import *

GOALS = {"parse": 2, "distances": 10, "autocorr": 10, "atompair": 10}
DRUGS_GOALS = GOALS | {"parse": 4}
COLUMN = "measured log solubility in mols per litre"


def rdkit_ways(texts):
    """RDKit's calls over all molecules, each returning the processor's seconds."""
    import numpy as np
    from rdkit import Chem, RDLogger
    from rdkit.Chem import rdFingerprintGenerator, rdMolDescriptors
    from rdkit.Chem.EState import Fingerprinter
    from rdkit.Chem.Scaffolds import MurckoScaffold
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

    features = rdFingerprintGenerator.GetMorganFeatureAtomInvGen()
    ecfp = rdFingerprintGenerator.GetMorganGenerator(radius=2)
    fcfp = rdFingerprintGenerator.GetMorganGenerator(radius=2, atomInvariantsGenerator=features)
    return {
        "parse": timed(Chem.MolFromSmiles, texts),
        "distances": timed(distances, molecules),
        "distances, the matrix alone": timed(lambda m: Chem.GetDistanceMatrix(m, force=True), molecules),
        "autocorr": timed(rdMolDescriptors.CalcAUTOCORR2D, molecules),
        "atompair": timed(rdMolDescriptors.GetAtomPairFingerprint, molecules),
        "ecfp": timed(ecfp.GetSparseCountFingerprint, molecules),
        "fcfp": timed(fcfp.GetSparseCountFingerprint, molecules),
        "crippen": timed(lambda m: rdMolDescriptors.CalcCrippenDescriptors(m, force=True), molecules),
        "types": timed(lambda m: rdMolDescriptors._CalcCrippenContribs(Chem.AddHs(m)), molecules),
        "tpsa": timed(lambda m: rdMolDescriptors.CalcTPSA(m, force=True), molecules),
        "estate": timed(Fingerprinter.FingerprintMol, molecules),
        "scaffold": timed(MurckoScaffold.GetScaffoldForMol, molecules),
    }


@contextlib.contextmanager
def rdkit_in_cpp(texts):
    """The candidates of RDKit in C++, by task; none where it is not built."""
    path = DATA / "molecules.smi"
    path.write_text("".join(text + "\n" for text in texts))
    try:
        session = Session("molecules_rdkit", path)
    except FileNotFoundError:
        yield {}
        return
    with session:
        version = session.process.stdout.readline().strip()
        if not version:
            raise RuntimeError("bench_molecules_rdkit is built and does not start: is RDKit still installed?")
        tasks = {"parse": ["parse"], "distances": ["distances"]}
        for task in "autocorr", "atompair":
            tasks[task] = [task, task + " anew"]
        yield {task: {f"RDKit {version}, C++{way.removeprefix(task).replace(' anew', ', distances anew')}":
                      lambda way=way: session.ask(way) for way in ways} for task, ways in tasks.items()}


def learning(path):
    """An epoch of the same model with as many parameters: from other numbers, so that losses are alike only."""
    import peer_graphs
    use_threads(1)
    with Session("learn", path, COLUMN, DATA, threads=1) as session:
        own = int(session.process.stdout.readline())
        parameters, train = peer_graphs.make()
        if own != parameters:
            raise RuntimeError(f"khop has {own} parameters, and PyG {parameters}")
        khop_loss, loss = session.ask("epochs", 20)[1], train(20)[1]
        if not 0.2 <= khop_loss / loss <= 5:
            raise RuntimeError(f"after 20 epochs the loss of khop is {khop_loss}, and that of PyG {loss}")
        t = {way: median(seconds) for way, seconds in turns(
            {"khop": lambda: session.ask("epochs", 5)[0], "PyG": lambda: train(2, clock)[0]}, rounds=3).items()}
    return faster("ESOL, an epoch", "PyG, DataLoader of 32", t["khop"], t["PyG"], 5,
                  f"{own} parameters each; loss after 20 epochs {khop_loss:.3f} and {loss:.3f}")


def fastest(call):
    """Of three passes, or of one that takes longer than a second."""
    best = call()
    return best if best > 1 else min(best, call(), call())


def described(name, path, texts, goals):
    """Rows of a set of molecules: each task beside RDKit's calls, and where it is built its C++."""
    ways, found = rdkit_ways(texts), []
    with Session("molecules", path) as session, rdkit_in_cpp(texts) as cpp:
        for task in ways:
            if task.startswith("distances,"):
                continue
            candidates = {"khop": lambda task=task: session.ask(task), "RDKit": ways[task]}
            if task == "distances":
                candidates["matrix"] = ways["distances, the matrix alone"]
            candidates |= cpp.get(task, {})
            calls = {way: lambda call=call: fastest(call) for way, call in candidates.items()}
            t = {way: median(seconds) for way, seconds in turns(calls, rounds=7 if task in goals else 3).items()}
            found.append(faster(f"{name}, {task}", "RDKit", t["khop"], t["RDKit"], goals.get(task)))
            if "matrix" in t:
                peer = "RDKit, its matrix alone"
                found.append(faster(f"{name}, distances", peer, t["khop"], t["matrix"], goals[task]))
            found += [faster(f"{name}, {task}", way, t["khop"], t[way]) for way in cpp.get(task, {})]
    return found


def drugs():
    """The canonical writings of the drug-like molecules, and their file."""
    import numpy as np
    texts = bytes(np.load(ROOT / "tests" / "files" / "drug_like.npz")["texts"]).decode().split()[::6]
    path = DATA / "drug_like.smi"
    path.write_text("".join(text + "\n" for text in texts))
    return path, texts


def main():
    path = KHOP_DATA / "esol.csv"
    with open(path, newline="") as file:
        texts = [row["smiles"].strip() for row in csv.DictReader(file)]
    found = described("ESOL", path, texts, GOALS) + described("drug-like", *drugs(), DRUGS_GOALS)
    found.append(learning(path))
    finish("molecules", found, "khop is called from C, RDKit from Python in a loop, as its users do: the processor's "
           "seconds for all molecules (1,128 of ESOL, 2,000 drug-like), the fastest of three passes. RDKit keeps the "
           "distances of a molecule: autocorr, atompair and estate find them there from the warm-up on, but for the "
           "rows that say \"anew\". RDKit's estate is written in Python. The epoch: rings computed before on both "
           "sides, batches of 32, linear, three residual convolutions over the rings 0, 1 and 2, a sum over the atoms, Adam.")


if __name__ == "__main__":
    main()
