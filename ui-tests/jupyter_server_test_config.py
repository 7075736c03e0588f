"""The Jupyter server of the browser tests: galata's, on a port and folder that playwright.config.js names."""

import os

from jupyterlab.galata import configure_jupyter_server

c = get_config()  # noqa: F821 (given by traitlets)
configure_jupyter_server(c)
c.ServerApp.port = int(os.environ["CROSSCOMPUTE_TEST_PORT"])
c.ServerApp.root_dir = os.environ["JUPYTERLAB_GALATA_ROOT_DIR"]
c.ServerApp.allow_root = True
c.ServerApp.log_level = "WARN"
