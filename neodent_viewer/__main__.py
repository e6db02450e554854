"""``python -m neodent_viewer`` is the console script ``neodent``."""

from neodent_viewer.cli.main import main

raise SystemExit(main())
