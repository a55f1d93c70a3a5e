"""Estimators of nodes in the manner of scikit-learn, trained by khop's recipes."""

from __future__ import annotations

import inspect
import json
import os
import sys
import tempfile
from typing import Any, Callable, Optional, Sequence

import numpy as np

from ._callbacks import listening
from ._data import answers_of, classes_of, data_of, mask_of, parts_of
from ._errors import ArgumentError, Error, ShapeError, check, text_of
from ._graphs import arcs_of, array_of
from ._native import FLOAT
from ._rings import hops_of
from ._store import own

__all__ = ["KHopClassifier", "KHopRegressor", "recipes"]

_CLASSES = "python.classes"


def recipes() -> list:
    """The names of the recipes that there are, beside "auto"."""
    lib = FLOAT.lib
    return [FLOAT.ffi.string(lib.khop_recipe_name(i)).decode() for i in range(lib.khop_recipe_count())]


class _NotFitted(Error, ValueError, AttributeError):
    """An estimator that was not fitted."""


def _not_fitted(estimator) -> Error:
    """The error of it; where scikit-learn is loaded, its NotFittedError too."""
    kind: Any = _NotFitted
    theirs = sys.modules.get("sklearn.exceptions")
    if theirs is not None:
        kind = type("NotFittedError", (_NotFitted, theirs.NotFittedError), {"__doc__": _NotFitted.__doc__})
    return kind(f"this {type(estimator).__name__} is not fitted yet: call fit(graph, X, y) first")


class _KHopEstimator:
    """What classifier and regressor share."""

    def __init__(self, recipe: str = "auto", hops: Optional[Sequence[int]] = None, hidden: int = 0, epochs: int = 0,
                 patience: int = 0, learning_rate: float = 0.0, seed: int = 0, val_share: float = 0.2,
                 max_bytes: int = 0, progress: Optional[Callable[[dict], Any]] = None):
        self.recipe, self.hops, self.hidden, self.epochs = recipe, hops, hidden, epochs
        self.patience, self.learning_rate, self.seed, self.val_share = patience, learning_rate, seed, val_share
        self.max_bytes, self.progress = max_bytes, progress

    # --- parameters, as scikit-learn reads and writes them -----------------------------------------------------

    def get_params(self, deep: bool = True) -> dict:
        """The parameters of the constructor by name."""
        return {name: getattr(self, name) for name in inspect.signature(type(self).__init__).parameters if name != "self"}

    def set_params(self, **params: Any):
        """Changes parameters; returns the estimator."""
        known = self.get_params()
        for name, value in params.items():
            if name not in known:
                raise ArgumentError(f"{type(self).__name__} has no parameter {name}: {', '.join(known)}")
            setattr(self, name, value)
        return self

    def __repr__(self) -> str:
        defaults = inspect.signature(type(self).__init__).parameters
        changed = (f"{name}={value!r}" for name, value in self.get_params().items()
                   if value is not defaults[name].default and value != defaults[name].default)
        return f"{type(self).__name__}({', '.join(changed)})"

    def __sklearn_tags__(self):
        """What scikit-learn asks of an estimator, 1.6 and later; it is loaded already where this is asked."""
        from sklearn import utils
        tags = {self._estimator_type + "_tags": getattr(utils, self._estimator_type.capitalize() + "Tags")()}
        return utils.Tags(estimator_type=self._estimator_type, target_tags=utils.TargetTags(required=True),
                          input_tags=utils.InputTags(sparse=True), **tags)

    # --- training ----------------------------------------------------------------------------------------------

    def _fit(self, arcs, x, labels, targets, strata, known, train, val):
        data = data_of(FLOAT, arcs, x, labels, targets)
        training, validation = parts_of(known, strata, train, val, self.val_share, self.seed)
        check(FLOAT, FLOAT.lib.khop_data_add_split(
            data, FLOAT.pointer("uint8_t *", training), FLOAT.pointer("uint8_t *", validation), FLOAT.ffi.NULL))
        recipe = FLOAT.ffi.new("khop_recipe *")
        self._choose(recipe, data)
        self._change(recipe)
        self._train(recipe, data)
        self.recipe_ = FLOAT.ffi.string(recipe.name).decode()
        self.n_features_in_ = _columns_of(data)
        self._data = data
        return self

    def _choose(self, recipe, data):
        lib, ffi = FLOAT.lib, FLOAT.ffi
        if self.recipe != "auto":
            check(FLOAT, lib.khop_recipe_find(recipe, str(self.recipe).encode()))
            return lib.khop_recipe_adapt(recipe, data)
        report = ffi.new("khop_auto_report *")
        options = ffi.new("khop_auto_options *", {"size": ffi.sizeof("khop_auto_options"), "seed": self.seed,
                                                  "epochs": self.epochs, "max_bytes": self.max_bytes})
        try:
            with listening(FLOAT, options, self.progress, "khop_python_candidate"):
                check(FLOAT, lib.khop_auto_choose(recipe, report, data, options))
        finally:
            lib.khop_auto_report_free(report)

    def _change(self, recipe):
        """What the estimator's parameters say in the place of the recipe's own."""
        if self.hops is not None:
            hops = hops_of(self.hops)
            if len(hops) > len(recipe.hops):
                raise ArgumentError(f"{len(hops)} hops: a recipe has {len(recipe.hops)} at most")
            recipe.taps = len(hops)
            recipe.hops[0:len(hops)] = hops
        if self.hidden:
            recipe.hidden = self.hidden
        fit = recipe.fit
        fit.epochs, fit.patience = self.epochs or fit.epochs, self.patience or fit.patience
        fit.optimizer.rate = self.learning_rate or fit.optimizer.rate
        fit.seed = self.seed
        if self._estimator_type == "regressor":
            fit.metric = FLOAT.lib.KHOP_RMSE

    def _train(self, recipe, data):
        """Trains, and reads the best weights; after Ctrl-C these are kept, and a KeyboardInterrupt is raised."""
        lib, ffi = FLOAT.lib, FLOAT.ffi
        report = ffi.new("khop_report *")
        interrupt = None
        with tempfile.TemporaryDirectory() as folder:
            path = ffi.new("char[]", os.fsencode(os.path.join(folder, "model.safetensors")))
            options = ffi.new("khop_train_options *", {"size": ffi.sizeof("khop_train_options"), "seeds": 1,
                                                       "save": path, "max_bytes": self.max_bytes})
            try:
                try:
                    with listening(FLOAT, recipe.fit, self.progress, "khop_python_epoch"):
                        check(FLOAT, lib.khop_train(report, data, recipe, options))
                except KeyboardInterrupt as stopped:
                    interrupt = stopped
                if report.runs:
                    run = report.run[0]
                    self.n_iter_, self.best_epoch_, self.validation_score_ = run.epochs, run.best_epoch, run.val
                    self._model = _load(ffi.string(path))
                self.interrupted_ = bool(report.interrupted) or interrupt is not None
            finally:
                lib.khop_report_free(report)
        if interrupt is not None and not hasattr(self, "_model"):
            raise interrupt

    # --- predictions -------------------------------------------------------------------------------------------

    def _scores(self, graph, x) -> np.ndarray:
        """(N, outputs): of the graph of the training where none is given."""
        model, lib = self._fitted(), FLOAT.lib
        if graph is None and not hasattr(self, "_data"):
            raise ArgumentError("a model that was read from a file has no graph: predict(graph, X)")
        data = self._data if graph is None else data_of(FLOAT, arcs_of(graph), x)
        known, columns = getattr(self, "n_features_in_", None), _columns_of(data)
        if None not in (known, columns) and known != columns:
            raise ShapeError(f"X has {columns} features, but {type(self).__name__} is expecting {known} features as input")
        nodes = lib.khop_graph_nodes(lib.khop_data_graph(data))
        scores = np.empty((nodes, lib.khop_model_output_columns(model)), np.float32)
        check(FLOAT, lib.khop_predict(FLOAT.pointer("khop_real *", scores), model, data, self.max_bytes))
        return scores

    def save(self, path: Any) -> None:
        """Writes the model as a checkpoint, which `load` and khop's command read."""
        check(FLOAT, FLOAT.lib.khop_model_save(self._fitted(), os.fsencode(path)))

    @classmethod
    def load(cls, path: Any):
        """An estimator with the model of a checkpoint."""
        estimator = cls()
        estimator._model = _load(os.fsencode(path))
        return estimator

    def _fitted(self) -> Any:
        """The model that fit has made."""
        if not hasattr(self, "_model"):
            raise _not_fitted(self)
        return self._model

    def _tensors(self) -> dict:
        """The model's own numbers by name."""
        model, tensors, tensor = self._fitted(), {}, FLOAT.ffi.new("khop_tensor *")
        for i in range(FLOAT.lib.khop_model_tensors(model)):
            check(FLOAT, FLOAT.lib.khop_model_tensor(tensor, model, i))
            shape = tuple(tensor.shape[d] for d in range(tensor.dimensions))
            numbers = FLOAT.ffi.buffer(tensor.data, int(np.prod(shape)) * FLOAT.dtype.itemsize)
            tensors[FLOAT.ffi.string(tensor.name).decode()] = np.frombuffer(numbers, FLOAT.dtype).reshape(shape)
        return tensors

    def describe(self) -> str:
        """The fitted model, an op a line: number, name, what it reads, columns, parameters."""
        return text_of(FLOAT, FLOAT.lib.khop_model_describe, self._fitted())

    def state_dict(self) -> dict:
        """The weights as copies in NumPy, by the names and shapes of a checkpoint, such as "op1.conv.weight" (T, F, G).

        Those of a convolution are what `khop.torch.RingConv` calls `weight` and `bias`: ``torch.from_numpy`` goes there.
        """
        return {name: numbers.copy() for name, numbers in self._tensors().items()}

    def load_state_dict(self, state: dict) -> None:
        """Writes weights into the fitted model: arrays or tensors by the names and shapes of `state_dict`, all of them.

        Raises
        ------
        ArgumentError
            For a name that is missing or unknown, and for numbers that are not finite; the model is as it was then.
        ShapeError
            For another shape.
        """
        own = self._tensors()
        odd = sorted(own.keys() ^ state.keys())
        if odd:
            raise ArgumentError(f"the state {'lacks' if odd[0] in own else 'has'} {odd[0]!r}, of the model's "
                                f"{len(own)} tensors: {', '.join(own)}")
        given = {name: np.asarray(array_of(numbers), FLOAT.dtype) for name, numbers in state.items()}
        for name, numbers in given.items():
            if numbers.shape != own[name].shape:
                raise ShapeError(f"{name} is {numbers.shape}, and the model's {own[name].shape}")
            if not np.isfinite(numbers).all():
                raise ArgumentError(f"{name} has numbers that are not finite")
        for name, numbers in given.items():
            own[name][...] = numbers

    def __getstate__(self) -> dict:
        state = {name: value for name, value in self.__dict__.items() if name not in ("_model", "_data")}
        if hasattr(self, "_model"):
            with tempfile.TemporaryDirectory() as folder:
                path = os.path.join(folder, "model.safetensors")
                self.save(path)
                with open(path, "rb") as file:
                    state["_file"] = file.read()
        return state

    def __setstate__(self, state: dict) -> None:
        content = state.pop("_file", None)
        self.__dict__.update(state)
        if content is not None:
            with tempfile.TemporaryDirectory() as folder:
                path = os.path.join(folder, "model.safetensors")
                with open(path, "wb") as file:
                    file.write(content)
                self._model = _load(os.fsencode(path))


def _columns_of(data):
    """How many features there are; None of nodes without."""
    lib = FLOAT.lib
    return None if lib.khop_data_has_identity_features(data) else lib.khop_data_features(data).columns


def _load(path: bytes):
    model = FLOAT.ffi.new("khop_model **")
    check(FLOAT, FLOAT.lib.khop_model_load(model, path))
    return own(FLOAT, model[0], FLOAT.lib.khop_model_free)


_PARAMETERS = """

    Parameters
    ----------
    recipe : str
        "auto" lets the validation nodes choose; else one of `khop.recipes()`.
    hops : sequence of int, optional
        The rings of a layer, in the place of the recipe's.
    hidden, epochs, patience, learning_rate
        In the place of the recipe's; 0 keeps these.
    seed : int
        Of the weights, of dropout, and of the validation nodes where none are given.
    val_share : float
        The share of the training nodes that validates where `fit` is given no `val`.
    max_bytes : int
        For rings and training; 0 is half of the memory.
    progress : callable, optional
        Called after each epoch with a dict: epoch, epochs, best_epoch, loss, val_loss, val, best; while "auto"
        chooses also recipe, index and of. Returning False stops with the best weights so far; so does Ctrl-C.

    Attributes
    ----------
    recipe_ : str
        The recipe that was trained.
    n_iter_, best_epoch_ : int
        Epochs that were run, and the one whose weights were kept.
    validation_score_ : float
        Of the kept weights.
    interrupted_ : bool
        Whether the training was stopped.
    """


class KHopClassifier(_KHopEstimator):
    __doc__ = "Classes of the nodes of a graph." + _PARAMETERS
    _estimator_type = "classifier"

    def fit(self, graph: Any, X: Any, y: Any, train: Any = None, val: Any = None) -> "KHopClassifier":
        """Trains on the nodes of a graph.

        Parameters
        ----------
        graph
            What `khop.Rings` takes.
        X : array_like or sparse matrix (N, F), or None
            Features; without them each node has a column of its own.
        y : array_like (N,)
            Classes of any kind; -1, NaN and None are nodes without one.
        train, val : array_like, optional
            Masks (N,) or lists of nodes. Without `train` all nodes with a class train.
        """
        arcs = arcs_of(graph)
        self.classes_, labels = classes_of(y, arcs.nodes)
        self._fit(arcs, X, labels, None, labels, labels >= 0, train, val)
        names = json.dumps(self.classes_.tolist()).encode()
        check(FLOAT, FLOAT.lib.khop_model_set_metadata(self._model, _CLASSES.encode(), names))
        return self

    @classmethod
    def load(cls, path: Any) -> "KHopClassifier":
        """A classifier with the model of a checkpoint; of one that khop's command wrote, classes are numbers."""
        estimator = super().load(path)
        names = FLOAT.lib.khop_model_metadata(estimator._model, _CLASSES.encode())
        estimator.classes_ = (np.arange(FLOAT.lib.khop_model_output_columns(estimator._model)) if names == FLOAT.ffi.NULL
                              else np.array(json.loads(FLOAT.ffi.string(names))))
        return estimator

    def predict_proba(self, graph: Any = None, X: Any = None) -> np.ndarray:
        """Probabilities (N, classes), in the order of `classes_`; of the graph of the training where none is given."""
        return self._scores(graph, X)

    def predict(self, graph: Any = None, X: Any = None) -> np.ndarray:
        """The class of each node."""
        best = self._scores(graph, X).argmax(1)
        return self.classes_[best]

    def score(self, graph: Any, X: Any, y: Any, nodes: Any = None) -> float:
        """The accuracy on nodes with a class: all of them, or those of a mask or list; graph None: as `predict`."""
        predicted = self._scores(graph, X).argmax(1)
        _, labels = classes_of(y, len(predicted), self.classes_)
        chosen = labels >= 0
        if nodes is not None:
            chosen &= mask_of(nodes, len(predicted), "nodes") == 1
        return float((predicted == labels)[chosen].mean())


class KHopRegressor(_KHopEstimator):
    __doc__ = "Numbers of the nodes of a graph." + _PARAMETERS
    _estimator_type = "regressor"

    def fit(self, graph: Any, X: Any, y: Any, train: Any = None, val: Any = None) -> "KHopRegressor":
        """Trains on the nodes of a graph; as that of `KHopClassifier`, y being (N,) or (N, outputs), NaN where missing."""
        arcs = arcs_of(graph)
        targets = np.asarray(answers_of(y, type(self).__name__), np.float32)
        self._flat = targets.ndim == 1
        targets = np.ascontiguousarray(targets.reshape(len(targets), -1))
        if targets.shape[0] != arcs.nodes:
            raise ShapeError(f"y is ({arcs.nodes},) or ({arcs.nodes}, outputs), a row a node, not {np.shape(y)}")
        known = ~np.isnan(targets).all(1)
        return self._fit(arcs, X, None, targets, np.zeros(arcs.nodes), known, train, val)

    def predict(self, graph: Any = None, X: Any = None) -> np.ndarray:
        """The numbers of each node, in the unit of y, (N,) or (N, outputs) as y was."""
        scores = self._scores(graph, X)
        return scores[:, 0] if getattr(self, "_flat", scores.shape[1] == 1) else scores

    def score(self, graph: Any, X: Any, y: Any, nodes: Any = None) -> float:
        """R2, 1 minus the residual over the total sum of squares, the mean over the outputs."""
        predicted = self._scores(graph, X)
        y = np.asarray(array_of(y), float)
        chosen = slice(None) if nodes is None else mask_of(nodes, len(y), "nodes") == 1
        y, predicted = (values.reshape(len(values), -1)[chosen] for values in (y, predicted))
        rest, whole = np.nansum((y - predicted) ** 2, 0), np.nansum((y - np.nanmean(y, 0)) ** 2, 0)
        return float(np.mean(1 - rest / whole))
