"""The API as the site serves it: its entrances, its refusals and its parts."""

from __future__ import annotations

from importlib.metadata import version

from ninja import NinjaAPI
from ninja.operation import Operation

from tongchi.workbench.api import after, making, record, reviewing, texts
from tongchi.workbench.api.entrance import BySession, ByToken
from tongchi.workbench.api.refusals import told_by


class WorkbenchAPI(NinjaAPI):
    """The operations under their own short names, which a client program then calls them by."""

    def get_openapi_operation_id(self, operation: Operation) -> str:
        """Return the name of the function."""
        return operation.view_func.__name__


api = WorkbenchAPI(
    title="Tongchi",
    version=version("tongchi"),
    description="同尺工作台接口 / the workbench for programs",
    docs_url=None,
    urls_namespace="api",
    auth=[ByToken(), BySession()],
)
told_by(api)
for _part in (record, texts, making, reviewing, after):
    api.add_router("", _part.router)
