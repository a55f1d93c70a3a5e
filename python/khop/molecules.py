"""Numbers of molecules that need no training, from SMILES."""

from __future__ import annotations

import warnings
from typing import Any, Iterable, Optional, Sequence

import numpy as np

from ._errors import ArgumentError, Error, Warning, check, text_of
from ._native import FLOAT
from ._rings import hops_of
from ._store import ints, own

__all__ = ["canonical", "featurize"]


def featurize(smiles: Iterable[str], features: Optional[Sequence[str]] = None, *,
              hops: Optional[Sequence[int]] = None, bits: int = 0, radius: int = 0, occurrences: bool = False) -> Any:
    """Descriptors, a row a molecule.

    Parameters
    ----------
    smiles : iterable of str
        One molecule each.
    features : str or sequence of str, optional
        "counts", "ring", "wiener", "autocorr", "atompair", "crippen", "profile", "estate", "ecfp", "fcfp" and others of
        docs/molecules.md; all but the fingerprints without it.
    hops : sequence of int, optional
        Distances that ring, autocorr and atompair count, ascending; 0 to 8 without it.
    bits, radius : int
        Columns that fingerprints and atom pairs are folded into, and the radius of the former in bonds; 0: khop's own.
    occurrences : bool
        Fingerprints count environments instead of saying whether there are any.

    Returns
    -------
    pandas.DataFrame, or dict of str to numpy.ndarray where pandas is not installed
        float32; NaN where a number is not known, and in the rows of molecules that cannot be read.

    Warns
    -----
    khop.Warning
        How many could not be read, and why the first could not.
    """
    if isinstance(smiles, str):
        raise ArgumentError("smiles is a list of texts, not one text")
    texts = list(smiles)
    descriptors = _descriptors(features, hops, bits, radius, occurrences)
    lib, ffi = FLOAT.lib, FLOAT.ffi
    columns = [ffi.string(lib.khop_descriptors_name(descriptors, i)).decode()
               for i in range(lib.khop_descriptors_columns(descriptors))]
    table, unread = np.full((len(texts), len(columns)), np.nan, np.float32), []
    molecule = _molecule()
    for row, text in enumerate(texts):
        try:
            check(FLOAT, lib.khop_molecule_parse(molecule, _text(text)))
        except Error as error:
            unread.append(f"row {row}: {error}")
            continue
        check(FLOAT, lib.khop_descriptors_compute(FLOAT.pointer("float *", table[row]), descriptors, molecule))
    if unread:
        warnings.warn(f"{len(unread)} of {len(texts)} molecules cannot be read, {unread[0]}", Warning, stacklevel=2)
    return _table(table, columns, getattr(smiles, "index", None))


def canonical(smiles: str, isomeric: bool = True) -> str:
    """Canonical SMILES: one text for all writings of a molecule."""
    molecule = _molecule()
    check(FLOAT, FLOAT.lib.khop_molecule_parse(molecule, _text(smiles)))
    return text_of(FLOAT, FLOAT.lib.khop_molecule_smiles, molecule, isomeric)


def _text(smiles: Any) -> bytes:
    if not isinstance(smiles, str):
        raise ArgumentError(f"a SMILES is a text, not {type(smiles).__name__}")
    return smiles.encode()


def _molecule():
    molecule = FLOAT.ffi.new("khop_molecule **")
    check(FLOAT, FLOAT.lib.khop_molecule_new(molecule))
    return own(FLOAT, molecule[0], FLOAT.lib.khop_molecule_free)


def _descriptors(features, hops, bits, radius, occurrences):
    ffi = FLOAT.ffi
    options = ffi.new("khop_descriptors_options *", {
        "size": ffi.sizeof("khop_descriptors_options"), "bits": bits, "radius": radius, "occurrences": occurrences})
    if features is not None:
        names = ffi.new("char[]", (features if isinstance(features, str) else ",".join(features)).encode())
        options.features = names
    if hops is not None:
        numbers = ints(FLOAT, hops_of(hops))
        options.hops, options.hop = len(numbers), numbers
    descriptors = ffi.new("khop_descriptors **")
    check(FLOAT, FLOAT.lib.khop_descriptors_new(descriptors, options))
    return own(FLOAT, descriptors[0], FLOAT.lib.khop_descriptors_free)


def _table(table: np.ndarray, columns: list, index: Any):
    try:
        import pandas
    except ImportError:
        return {name: table[:, i] for i, name in enumerate(columns)}
    return pandas.DataFrame(table, columns=columns, index=None if callable(index) else index)
