"""Which addresses does the site have? Each module of `views` lists its own `urlpatterns`; names are unique in the whole site.

The list pages are named `home`, `documents`, `matters`, `projects`, `standards`, `recognitions`, `promises`, `dashboard`, `audit`: the
navigation shows those that are there (`context.PLACES`).
"""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from django.urls import URLPattern, URLResolver

from tongchi.workbench import views

handler403 = "tongchi.workbench.views.home.show_forbidden"
handler404 = "tongchi.workbench.views.home.show_missing"
handler500 = "tongchi.workbench.views.home.show_fault"

urlpatterns: list[URLPattern | URLResolver] = []
for _module in sorted(iter_modules(views.__path__), key=lambda found: found.name):
    urlpatterns += getattr(import_module(f"{views.__name__}.{_module.name}"), "urlpatterns", [])
