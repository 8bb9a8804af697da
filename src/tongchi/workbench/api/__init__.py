"""The JSON API: what the pages show and do, for programs. Every query starts from `visible_to`, every change is a command's.

`docs/reference/workbench-api.md` tells how it is used; `api/openapi.json` describes each operation. The modules of operations do without
`from __future__ import annotations`: the framework reads what an operation asks for from its annotations.
"""

from tongchi.workbench.api.site import api

__all__ = ["api"]
