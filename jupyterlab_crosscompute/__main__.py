"""``python -m jupyterlab_crosscompute`` is the ``crosscompute`` command."""

from .command import main

raise SystemExit(main())
