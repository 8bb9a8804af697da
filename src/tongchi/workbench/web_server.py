"""How does gunicorn serve the site? `gunicorn -c python:tongchi.workbench.web_server tongchi.workbench.wsgi`, behind a proxy.

A worker takes no more lines than it has threads, and a line carries one request: so a request waits in one queue for whoever is
free. With lines that stay open, one worker takes all of them and the others, and their cores, stand idle.
"""

from __future__ import annotations

import os

workers = int(os.environ.get("TONGCHI_WORKERS") or (os.cpu_count() or 1) + 1)
threads = 2
worker_class = "gthread"
worker_connections = threads
keepalive = 0
preload_app = True
bind = os.environ.get("TONGCHI_BIND") or "127.0.0.1:8000"
timeout = 120
loglevel = "warning"
