"""Writes evaluation.tsv: predictions, and what scikit-learn and SciPy say of them, that test_evaluate.c holds khop to.

Needs numpy, scipy, scikit-learn. Nothing here comes from khop. Probabilities are multiples of 1/64, so that ties are
many and every number is exact in float. Run in tests/files:  python3 make_evaluation_fixtures.py

  classes NAME n C     then n rows: the label, C probabilities
  tasks NAME n T       then n rows: T answers (nan: missing), T probabilities
  targets NAME n T     then n rows: T values (nan: missing), T predictions
  want QUANTITY i v    quantity i of the block above
"""
import warnings

import numpy as np
import sklearn
from scipy.stats import binomtest, pearsonr, spearmanr
from sklearn import metrics

warnings.filterwarnings("ignore")
random = np.random.default_rng(15)
lines = [f"# Written by make_evaluation_fixtures.py, scikit-learn {sklearn.__version__}."]


def text(value):
    return f"{value:.17g}"


def want(quantity, i, value):
    lines.append(f"want {quantity} {i} {text(float(value))}")


def block(kind, name, truth, predicted):
    lines.append(f"{kind} {name} {len(truth)} {predicted.shape[1]}")
    for t, p in zip(np.atleast_2d(truth.T).T, predicted):
        lines.append(" ".join(text(float(v)) for v in [*t, *p]))


def calibration_error(confidence, right, bins):
    """Guo et al. (2017), equations 2 and 3, a bin after another."""
    error = 0
    for m in range(1, bins + 1):
        inside = (confidence > (m - 1) / bins) & (confidence <= m / bins)
        if inside.any():
            error += inside.sum() / len(right) * abs(right[inside].mean() - confidence[inside].mean())
    return error


def classes(name, n, count, never_said=None, absent=None):
    p = random.multinomial(64, np.ones(count) / count, size=n)
    labels = random.integers(0, count, n)
    if absent is not None:
        labels[labels == absent] = (absent + 1) % count
    for i in range(n):  # half of the rows are sure of something, mostly of the label
        if i % 2 == 0:
            sure = labels[i] if random.random() < 0.8 else random.integers(0, count)
            p[i] = np.eye(count, dtype=int)[sure] * 64 if i % 8 == 0 else p[i] // 2
            p[i, sure] += 64 - p[i].sum()
    if never_said is not None:
        p[:, (never_said + 1) % count] += p[:, never_said]
        p[:, never_said] = 0
    p = (p / 64).astype(np.float32)
    block("classes", name, labels, p)
    said = p.argmax(axis=1)
    every = np.arange(count)
    matrix = metrics.confusion_matrix(labels, said, labels=every)
    for i, v in enumerate(matrix.ravel()):
        want("confusion", i, v)
    precision, recall, f1, support = metrics.precision_recall_fscore_support(labels, said, labels=every, zero_division=0)
    aucs = []
    for c in every:
        want("precision", c, precision[c])
        want("recall", c, recall[c])
        want("f1", c, f1[c])
        want("support", c, support[c])
        both = 0 < support[c] < n
        auc = metrics.roc_auc_score(labels == c, p[:, c]) if both else np.nan
        want("auc", c, auc)
        if both:
            aucs.append(auc)
    for how in ("macro", "weighted"):
        scores = metrics.precision_recall_fscore_support(labels, said, average=how, zero_division=0)
        for i in range(3):
            want(how, i, scores[i])
    right = said == labels
    interval = binomtest(int(right.sum()), n).proportion_ci(0.95, "wilson")
    want("accuracy", 0, metrics.accuracy_score(labels, said))
    want("accuracy", 1, interval.low)
    want("accuracy", 2, interval.high)
    want("balanced", 0, metrics.balanced_accuracy_score(labels, said))
    want("roc_auc", 0, aucs[1] if count == 2 else np.mean(aucs))
    want("log_loss", 0, metrics.log_loss(labels, p, labels=every))
    want("brier", 0, ((p.astype(float) - np.eye(count)[labels]) ** 2).sum(axis=1).mean())
    if count == 2:
        want("brier", 0, 2 * metrics.brier_score_loss(labels, p[:, 1]))
    confidence = p.max(axis=1).astype(float)
    want("calibration", 15, calibration_error(confidence, right, 15))
    want("calibration", 4, calibration_error(confidence, right, 4))


def tasks(name, n, count):
    truth = random.integers(0, 2, (n, count)).astype(float)
    truth[random.random((n, count)) < 0.2] = np.nan
    truth[:, -1] = np.where(np.isnan(truth[:, -1]), np.nan, 0)  # one answer alone
    p = np.clip(np.round((np.nan_to_num(truth) * 0.3 + random.random((n, count)) * 0.7) * 64), 0, 64) / 64
    block("tasks", name, truth, p)
    aucs, all_truth, all_said, f1s = [], [], [], []
    for t in range(count):
        known = ~np.isnan(truth[:, t])
        y, q = truth[known, t].astype(int), p[known, t]
        both = 0 < y.sum() < len(y)
        auc = metrics.roc_auc_score(y, q) if both else np.nan
        aucs.append(auc)
        said = q > 0.5
        want("auc", t, auc)
        want("accuracy", t, metrics.accuracy_score(y, said))
        want("precision", t, metrics.precision_score(y, said, zero_division=0))
        want("recall", t, metrics.recall_score(y, said, zero_division=0))
        want("f1", t, metrics.f1_score(y, said, zero_division=0))
        want("missing", t, (~known).sum())
        all_truth.append(y)
        all_said.append(said)
        if y.any() or said.any():
            f1s.append(metrics.f1_score(y, said, zero_division=0))
    want("roc_auc", 0, np.nanmean(aucs))
    want("micro_f1", 0, metrics.f1_score(np.concatenate(all_truth), np.concatenate(all_said)))
    want("macro_f1", 0, np.mean(f1s))


def targets(name, n, count):
    truth = np.round(random.normal(size=(n, count)) * 8) / 4
    predicted = np.round((truth + random.normal(size=(n, count))) * 8) / 8
    truth[random.random((n, count)) < 0.15] = np.nan
    block("targets", name, truth, predicted)
    known = ~np.isnan(truth)
    for t in range(count):
        y, x = truth[known[:, t], t], predicted[known[:, t], t]
        want("rmse", t, metrics.mean_squared_error(y, x) ** 0.5)
        want("mae", t, metrics.mean_absolute_error(y, x))
        want("r2", t, metrics.r2_score(y, x))
        want("pearson", t, pearsonr(x, y).statistic)
        want("spearman", t, spearmanr(x, y).statistic)
        want("missing", t, (~known[:, t]).sum())
    want("all_rmse", 0, metrics.mean_squared_error(truth[known], predicted[known]) ** 0.5)
    want("all_mae", 0, metrics.mean_absolute_error(truth[known], predicted[known]))


classes("four", 50, 4)
classes("two", 40, 2)
classes("never_said", 40, 5, never_said=2)
classes("absent", 40, 5, absent=3)
tasks("answers", 30, 4)
targets("numbers", 30, 2)
with open("evaluation.tsv", "w") as out:
    out.write("\n".join(lines) + "\n")
