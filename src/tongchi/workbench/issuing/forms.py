"""In which files is a standard handed out? All are made from its one content."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tongchi.workbench.issuing.akn import to_akn
from tongchi.workbench.issuing.content import Standard, to_bytes
from tongchi.workbench.issuing.docx import to_docx
from tongchi.workbench.issuing.pdf import to_pdf

FORMS: Mapping[str, Callable[[Standard], bytes]] = {"docx": to_docx, "pdf": to_pdf, "xml": to_akn, "json": to_bytes}
