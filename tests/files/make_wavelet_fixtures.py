"""Writes wavelets.npz beside this script: stationary wavelet transforms by PyWavelets itself.

khop's transform is held against them. Run it again only to change the file; it needs numpy and
PyWavelets. For each wavelet W: W_n, W_levels, W_x (n), W_a and W_d (levels, n) with the finest level
first, W_spoilt (n): the inverse of coefficients that belong to no signal (every detail times 0.5,
every other one 0), and the four filters W_dec_lo, W_dec_hi, W_rec_lo, W_rec_hi.
"""
import os

import numpy as np
import pywt

here = os.path.dirname(os.path.abspath(__file__))
random = np.random.default_rng(3)
arrays = {}
for name, n, levels in [("haar", 64, 4), ("db2", 48, 4), ("db4", 64, 3), ("sym4", 40, 3),
                        ("bior2.2", 32, 3), ("db4", 8, 3)]:
    key = name if n > 8 else name + "_short"
    wavelet = pywt.Wavelet(name)
    x = random.standard_normal(n)
    pairs = pywt.swt(x, name, level=levels)  # the coarsest first
    arrays[key + "_x"] = x
    arrays[key + "_a"] = np.array([a for a, d in pairs[::-1]])
    arrays[key + "_d"] = np.array([d for a, d in pairs[::-1]])
    spoil = 0.5 * (np.arange(n) % 2)
    arrays[key + "_spoilt"] = pywt.iswt([(a, d * spoil) for a, d in pairs], name)
    for filters in ["dec_lo", "dec_hi", "rec_lo", "rec_hi"]:
        arrays[key + "_" + filters] = np.array(getattr(wavelet, filters))
np.savez_compressed(os.path.join(here, "wavelets.npz"), **arrays)
