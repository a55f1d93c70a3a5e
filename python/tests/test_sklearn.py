"""What scikit-learn asks of an estimator (`check_estimator`), where it applies.

Its checks call ``fit(X, y)``, and khop's ``fit`` has the graph in front. So they are tried on nodes without edges: then
a row stands for itself, as scikit-learn takes it, and all that khop does with parameters, features, answers, pickles and
refusals is checked as it is.
"""

import numpy as np
import pytest
import scipy.sparse as sp

import khop

estimator_checks = pytest.importorskip("sklearn.utils.estimator_checks")

# What does not apply, and why.
ALONE = {
    "check_classifiers_classes": "-1 stands for a node without a class, and the check has a class of this name",
    "check_supervised_y_2d": "a column (N, 1) is refused, or is one output, where scikit-learn warns and flattens it",
}


def no_edges(x):
    nodes = x.shape[0] if hasattr(x, "shape") else len(np.asarray(x))
    return sp.csr_matrix((nodes, nodes))


class _Alone:
    """The estimator behind it on nodes without edges."""

    def fit(self, X, y):
        return super().fit(no_edges(X), X, y)

    def predict(self, X):
        return super().predict(no_edges(X), X)

    def score(self, X, y):
        return super().score(no_edges(X), X, y)


class Classifier(_Alone, khop.KHopClassifier):
    def __init__(self, recipe="gcn", hops=(0,), hidden=16, epochs=60, learning_rate=0.05, seed=0):
        super().__init__(recipe, hops, hidden, epochs, learning_rate=learning_rate, seed=seed)

    def predict_proba(self, X):
        return super().predict_proba(no_edges(X), X)


class Regressor(_Alone, khop.KHopRegressor):
    def __init__(self, recipe="residual", hops=(0,), hidden=32, epochs=200, learning_rate=0.05, seed=0):
        super().__init__(recipe, hops, hidden, epochs, learning_rate=learning_rate, seed=seed)


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.SkipTestWarning")
@pytest.mark.parametrize("estimator", [Classifier(), Regressor()], ids=["classifier", "regressor"])
def test_the_checks_of_scikit_learn(estimator):
    done = estimator_checks.check_estimator(estimator, expected_failed_checks=ALONE, on_fail=None)
    failed = [f"{one['check_name']}: {one['exception']}" for one in done if one["status"] == "failed"]
    assert not failed
    assert sum(one["status"] == "passed" for one in done) >= 45
    known = {one["check_name"] for one in done if one["status"] == "xfail"}
    assert known == set(ALONE) & {one["check_name"] for one in done}


@pytest.mark.parametrize("kind", [khop.KHopClassifier, khop.KHopRegressor])
def test_the_checks_of_parameters_as_they_are(kind):
    alone = {"check_estimator_cloneable", "check_estimator_tags_renamed", "check_valid_tag_types", "check_estimator_repr",
             "check_no_attributes_set_in_init", "check_do_not_raise_errors_in_init_or_set_params",
             "check_parameters_default_constructible", "check_get_params_invariance", "check_set_params"}
    done = estimator_checks.check_estimator(kind(), on_fail=None)
    assert {one["check_name"] for one in done if one["status"] == "passed"} >= alone


def test_scikit_learn_knows_what_they_are():
    base, exceptions = pytest.importorskip("sklearn.base"), pytest.importorskip("sklearn.exceptions")
    assert base.is_classifier(khop.KHopClassifier()) and base.is_regressor(khop.KHopRegressor())
    with pytest.raises(exceptions.NotFittedError, match="not fitted yet"):
        khop.KHopClassifier().predict()
