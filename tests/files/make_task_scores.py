"""Writes task_scores.tsv: scores of yes/no tasks by scikit-learn, that test_tasks.c holds khop to.

Needs numpy and scikit-learn. A case is a line "rows tasks roc-auc micro-f1 macro-f1" and a line a row: the outputs of
the tasks, then their answers, nan where one is missing. Outputs have few values, so that ties are many.
Run in tests/files:  python3 make_task_scores.py
"""
import numpy as np
from sklearn.metrics import f1_score, roc_auc_score

rng = np.random.default_rng(15)
with open("task_scores.tsv", "w") as out:
    for case in range(24):
        rows, tasks = int(rng.integers(6, 20)), int(rng.integers(1, 6))
        z = rng.integers(-3, 4, (rows, tasks)) / 2
        y = (rng.random((rows, tasks)) < rng.choice([0.1, 0.5, 0.8])).astype(float)
        y[rng.random((rows, tasks)) < rng.choice([0, 0.3])] = np.nan
        y[0, 0], y[1, 0] = 1, 0
        if tasks > 2:
            y[:, 1] = np.where(np.isnan(y[:, 1]), np.nan, 1)  # one answer alone
            y[:, 2] = np.nan
        auc, f1 = [], []
        for t in range(tasks):
            known = ~np.isnan(y[:, t])
            truth, said = y[known, t], z[known, t]
            if len(set(truth)) == 2:
                auc.append(roc_auc_score(truth, said))
            if known.any():
                f1.append(f1_score(truth, said > 0, zero_division=np.nan))
        known = ~np.isnan(y)
        micro = f1_score(y[known], z[known] > 0)
        print(rows, tasks, *(f"{v:.17g}" for v in (np.mean(auc), micro, np.nanmean(f1))), file=out)
        for i in range(rows):
            print(*(f"{v:g}" for v in (*z[i], *y[i])), file=out)
