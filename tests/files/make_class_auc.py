"""Writes class_auc.tsv: ROC-AUC of several classes by scikit-learn, each against the rest, that test_metrics.c holds
khop to.

Needs numpy and scikit-learn. A case is a line "rows classes roc-auc" and a line a row: the label, then the logits, which
are random normal, so that no two rows tie. Run in tests/files:  python3 make_class_auc.py
"""
import numpy as np
from sklearn.metrics import roc_auc_score

rng = np.random.default_rng(19)
with open("class_auc.tsv", "w") as out:
    for case in range(16):
        classes = int(rng.integers(3, 7))
        rows = int(rng.integers(2 * classes, 30))
        z = (rng.normal(size=(rows, classes)) * rng.choice([0.5, 3])).astype(np.float32).astype(float)
        y = np.concatenate([np.arange(classes), rng.integers(0, classes, rows - classes)])
        z[np.arange(rows), y] += rng.choice([0, 1])
        z = z.astype(np.float32).astype(float)
        p = np.exp(z - z.max(1, keepdims=True))
        p /= p.sum(1, keepdims=True)
        auc = roc_auc_score(y, p, multi_class="ovr", average="macro")
        out.write(f"{rows} {classes} {auc:.17g}\n")
        for label, row in zip(y, z):
            out.write(f"{label} " + " ".join(f"{v:.9g}" for v in row) + "\n")
