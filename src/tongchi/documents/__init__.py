"""Any file to a `Document`: a tree with stable ids over one normalised source text."""

from tongchi.documents.blocks import Block, BlockKind
from tongchi.documents.model import Document, DocumentKind, Level, Metadata, Node, NodeKind, Notice
from tongchi.documents.read import read, read_blocks
from tongchi.documents.structure import parse_document

__all__ = [
    "Block",
    "BlockKind",
    "Document",
    "DocumentKind",
    "Level",
    "Metadata",
    "Node",
    "NodeKind",
    "Notice",
    "parse_document",
    "read",
    "read_blocks",
]
