"""The site as a WSGI server runs it: `gunicorn tongchi.workbench.wsgi`."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongchi.workbench.settings")
application = get_wsgi_application()
