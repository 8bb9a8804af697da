"""Where the JSON API is reached. It asks for a token or a session by itself, and answers without one with 401, not a form."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.urls import path

from tongchi.workbench.api import api

_patterns, _app, _namespace = api.urls
for _pattern in _patterns:
    if _pattern.callback:
        _pattern.callback = login_not_required(_pattern.callback)

urlpatterns = [path("api/", (_patterns, _app, _namespace))]
