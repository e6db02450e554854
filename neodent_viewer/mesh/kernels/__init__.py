"""Numba kernels over plain arrays; imported after the first picture."""
