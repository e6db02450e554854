"""neodent_viewer: a desktop stage for smiles."""

import logging

__version__ = "0.1.0"

# nothing of ours goes to a terminal by itself, whatever handlers a library puts at the root: a log file is set up by `app`
logging.getLogger(__name__).addHandler(logging.NullHandler())
logging.getLogger(__name__).propagate = False
