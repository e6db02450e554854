"""neodent_viewer: a desktop stage for smiles."""

__version__ = "0.1.0"
