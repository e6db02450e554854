"""Compiled inner loops of the mesh: arrays in, arrays out, no classes. Imported lazily, after the first picture.

Importing this package points numba's disk cache at the user's cache folder, before any submodule imports numba.
"""

from neodent_viewer.core.paths import use_kernel_cache

use_kernel_cache()
