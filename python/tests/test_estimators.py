"""Estimators learn what there is to learn, keep to masks, and behave as scikit-learn's do."""

import io
import os
import pickle
import signal
import threading

import numpy as np
import pytest
import scipy.sparse as sp

import khop
from oracle import random_arcs

NODES = 300


def blocks(seed=0):
    """Three groups with many edges inside and few between, noisy features, and names of the groups."""
    generator = np.random.default_rng(seed)
    group = generator.integers(0, 3, NODES)
    near = group[:, None] == group
    upper = np.triu(generator.random((NODES, NODES)) < np.where(near, 0.05, 0.003), 1)
    x = np.eye(3)[group] + generator.normal(0, 1.5, (NODES, 3))
    return sp.csr_matrix((upper | upper.T).astype(float)), x.astype("f4"), np.array(["amber", "blue", "cyan"])[group]


def parts():
    order = np.random.default_rng(1).permutation(NODES)
    return {"train": order[:60], "val": order[60:120]}, order[120:]


def test_a_classifier_learns_and_predicts_another_graph():
    arcs, x, y = blocks()
    masks, test = parts()
    model = khop.KHopClassifier("ring", epochs=100).fit(arcs, x, y, **masks)
    assert model.score(None, None, y, test) > 0.85
    assert model.recipe_ == "ring" and 0 < model.best_epoch_ <= model.n_iter_ <= 100 and not model.interrupted_
    shares = model.predict_proba()
    assert shares.shape == (NODES, 3) and model.classes_.tolist() == ["amber", "blue", "cyan"]
    np.testing.assert_allclose(shares.sum(1), 1, rtol=1e-5)
    other, x, y = blocks(5)
    assert model.score(other, x, y) > 0.85
    np.testing.assert_allclose(model.predict_proba(other, sp.csr_matrix(x)), model.predict_proba(other, x), atol=1e-5)


def test_labels_outside_of_the_masks_do_not_matter():
    arcs, x, y = blocks()
    masks, test = parts()
    hidden = y.astype(object)
    hidden[test] = None
    first, second = (khop.KHopClassifier("gcn", epochs=20).fit(arcs, x, labels, **masks) for labels in (y, hidden))
    np.testing.assert_array_equal(first.predict_proba(), second.predict_proba())
    again = khop.KHopClassifier("gcn", epochs=20).fit(arcs, x, y, train=np.isin(np.arange(NODES), masks["train"]),
                                                      val=np.isin(np.arange(NODES), masks["val"]))
    np.testing.assert_array_equal(first.predict_proba(), again.predict_proba())


def test_auto_chooses_a_recipe():
    arcs, x, y = blocks()
    masks, test = parts()
    heard = []
    model = khop.KHopClassifier(epochs=10, progress=heard.append).fit(arcs, x, y, **masks)
    assert model.recipe_ in khop.recipes() and model.score(None, None, y, test) > 0.7
    assert {"recipe", "index", "of"} <= set(heard[0]) and "recipe" not in heard[-1]


def test_a_bar_of_tqdm_counts_the_epochs():
    tqdm = pytest.importorskip("tqdm")
    arcs, x, y = blocks()
    with tqdm.tqdm(file=io.StringIO()) as bar:
        model = khop.KHopClassifier("gcn", epochs=12, progress=lambda epoch: bar.update()).fit(arcs, x, y)
    assert bar.n == model.n_iter_ == 12 and not model.interrupted_


def test_hops_and_unlabelled_nodes():
    arcs, x, y = blocks()
    numbers = np.where(np.arange(NODES) < 100, np.unique(y, return_inverse=True)[1], -1)
    model = khop.KHopClassifier("ring", hops=[0, 1, 2, 3], hidden=8, epochs=50).fit(arcs, None, numbers)
    assert model.classes_.tolist() == [0, 1, 2] and model.validation_score_ > 0.5


def test_a_regressor_learns_the_mean_over_a_ring():
    arcs, x, _ = blocks()
    y = khop.Rings(arcs, 1).apply(x, norm="row").astype(float) * 1000 + 5
    masks, test = parts()
    assert khop.KHopRegressor(epochs=3).fit(arcs, x, y, **masks).recipe_ in khop.recipes()
    model = khop.KHopRegressor("residual", hops=[0, 1], epochs=200).fit(arcs, x, y, **masks)
    assert model.predict().shape == (NODES, 3) and model.score(None, None, y, test) > 0.7
    one = khop.KHopRegressor("ring", epochs=30).fit(arcs, x, y[:, 0], **masks)
    assert one.predict().shape == (NODES,)


def test_files_and_pickles(tmp_path):
    arcs, x, y = blocks()
    model = khop.KHopClassifier("gcn", epochs=10, hidden=8).fit(arcs, x, y)
    model.save(tmp_path / "model.safetensors")
    for same in (khop.KHopClassifier.load(tmp_path / "model.safetensors"), pickle.loads(pickle.dumps(model))):
        np.testing.assert_array_equal(same.predict(arcs, x), model.predict())
        with pytest.raises(khop.Error, match="graph"):
            same.predict()
    with pytest.raises(khop.NotFoundError):
        khop.KHopClassifier.load(tmp_path / "none.safetensors")


def test_what_stops_keeps_the_best():
    arcs, x, y = blocks()
    stopped = khop.KHopClassifier("gcn", progress=lambda epoch: epoch["epoch"] < 7).fit(arcs, x, y)
    assert stopped.interrupted_ and stopped.n_iter_ == 7 and len(stopped.predict()) == NODES
    wakes = threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT))
    wakes.start()
    model = khop.KHopClassifier("gcn", epochs=1000000, patience=-1).fit(arcs, x, y)
    assert model.interrupted_ and 0 < model.best_epoch_ < 1000000 and len(model.predict()) == NODES


def test_what_a_callback_raises_is_raised():
    arcs, x, y = blocks()

    def fails(epoch):
        raise RuntimeError("no")

    with pytest.raises(RuntimeError, match="^no$"):
        khop.KHopClassifier("gcn", progress=fails).fit(arcs, x, y)


def test_parameters_and_clones():
    model = khop.KHopClassifier("gcn", hops=[1, 2], epochs=5)
    assert repr(model) == "KHopClassifier(recipe='gcn', hops=[1, 2], epochs=5)"
    assert model.set_params(epochs=6).get_params()["epochs"] == 6
    with pytest.raises(khop.ArgumentError, match="no parameter depth"):
        model.set_params(depth=3)
    base = pytest.importorskip("sklearn.base")
    assert base.clone(model).get_params() == model.get_params()


@pytest.mark.parametrize("change, words", [
    (dict(y=np.zeros(5)), r"not \(5,\)"),
    (dict(X=np.zeros((5, 2))), r"X is \(300, F\).*\(5, 2\)"),
    (dict(X=np.full((NODES, 2), np.nan)), "nan|NaN|finite"),
    (dict(X=np.ones((NODES, 2), complex)), "complex"),
    (dict(X=np.ones((NODES, 0))), r"0 feature"),
    (dict(y=np.full(NODES, 0.5)), "continuous.*KHopRegressor"),
    (dict(y=None), "requires y"),
    (dict(train=[NODES]), "0 to 299"),
    (dict(train=np.zeros(7)), "float64"),
    (dict(train=[]), "train"),
])
def test_refusals(change, words):
    arcs, x, y = blocks()
    arguments = dict(dict(X=x, y=y), **change)
    with pytest.raises(khop.Error, match=words):
        khop.KHopClassifier("gcn", epochs=2).fit(arcs, **arguments)
    with pytest.raises(khop.NotFoundError, match="dilated"):
        khop.KHopClassifier("no such", epochs=2).fit(arcs, x, y)
    with pytest.raises(khop.Error, match="not fitted"):
        khop.KHopClassifier().predict()
    with pytest.raises(khop.ShapeError, match="2 features, but KHopClassifier is expecting 3"):
        khop.KHopClassifier("gcn", epochs=2).fit(arcs, x, y).predict(arcs, x[:, :2])


def test_weights_come_out_and_go_back_by_name(tmp_path):
    arcs, x, y = blocks()
    masks, _ = parts()
    model = khop.KHopClassifier("gcn", epochs=20).fit(arcs, x, y, **masks)
    state, shares = model.state_dict(), model.predict_proba(arcs, x)
    first = next(name for name in state if name.endswith(".conv.weight"))
    assert state[first].shape[:2] == (1, 3) and state[first].dtype == np.float32
    state[first] += 1                                                   # a copy
    assert np.array_equal(model.predict_proba(arcs, x), shares)
    model.load_state_dict(state)
    assert not np.allclose(model.predict_proba(arcs, x), shares)
    model.save(tmp_path / "m.safetensors")
    again = khop.KHopClassifier.load(tmp_path / "m.safetensors").state_dict()
    assert all(np.array_equal(again[name], state[name]) for name in state) and again.keys() == state.keys()


def test_weights_that_do_not_fit_leave_the_model_as_it_was():
    arcs, x, y = blocks()
    masks, _ = parts()
    model = khop.KHopClassifier("gcn", epochs=5).fit(arcs, x, y, **masks)
    state = model.state_dict()
    first, *_ = [name for name in state if name.endswith(".conv.weight")]
    kept = model.state_dict()
    wrong = {"another shape": ({**state, first: state[first][..., :1]}, khop.ShapeError, first),
             "not finite": ({**state, first: state[first] * np.nan}, khop.ArgumentError, "finite"),
             "one that is missing": ({name: state[name] for name in state if name != first}, khop.ArgumentError, "lacks"),
             "an unknown name": ({**state, "op99.weight": state[first]}, khop.ArgumentError, "'op99.weight'")}
    for what, (given, kind, word) in wrong.items():
        with pytest.raises(kind, match=word):
            model.load_state_dict(given)
        assert all(np.array_equal(model.state_dict()[name], kept[name]) for name in kept), what
    with pytest.raises(khop.Error, match="not fitted"):
        khop.KHopClassifier().state_dict()
