"""Which texts have the parties brought in? Uploaded documents, private until shared, and their clauses as the engine reads them."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import Q

from tongchi.workbench.models.scoping import Scoped, ScopedManager

if TYPE_CHECKING:
    from tongchi.workbench.models.parties import Seat


class DocumentQuerySet(Scoped["Document"]):
    """One's own, and what others have shared."""

    def visible_to(self, actor: Seat) -> DocumentQuerySet:
        return self.within(actor).filter(Q(party_id=actor.party_id) | Q(shared_at__isnull=False))


class Document(models.Model):
    """An uploaded file. It is stored outside the web root under the hash of its bytes; `state` says how reading it went."""

    class State(models.TextChoices):
        """How far the reading has come."""

        WAITING = "waiting", "待读取 / waiting"
        READ = "read", "已读取 / read"
        REFUSED = "refused", "无法读取 / refused"

    workspace = models.ForeignKey("Workspace", models.PROTECT, related_name="documents")
    party = models.ForeignKey("Party", models.PROTECT, related_name="documents")
    matter = models.ForeignKey("Matter", models.PROTECT, related_name="documents")
    title = models.CharField(max_length=300)
    name = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    refusal_zh = models.TextField(blank=True)
    refusal_en = models.TextField(blank=True)
    vintage = models.CharField(max_length=10, blank=True)
    uploaded_at = models.DateTimeField()
    uploaded_by = models.ForeignKey("Seat", models.PROTECT, related_name="+")
    shared_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = ScopedManager.from_queryset(DocumentQuerySet)()

    class Meta:
        ordering: ClassVar = ["-uploaded_at", "-pk"]
        indexes: ClassVar = [models.Index(fields=["workspace", "party", "-uploaded_at"])]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["party", "matter", "sha256"], name="one_document_per_text_and_matter")
        ]

    def __str__(self) -> str:
        return self.title


class ClauseQuerySet(Scoped["Clause"]):
    """Clauses of visible documents."""

    def visible_to(self, actor: Seat) -> ClauseQuerySet:
        shared = Q(document__party_id=actor.party_id) | Q(document__shared_at__isnull=False)
        return self.filter(document__workspace_id=actor.workspace_id).filter(shared)


class Clause(models.Model):
    """One provision as read: its Akoma Ntoso id, label and text, and the hash that comments and links are anchored to."""

    document = models.ForeignKey(Document, models.CASCADE, related_name="clauses")
    eid = models.CharField(max_length=120)
    label = models.CharField(max_length=60)
    heading = models.CharField(max_length=300, blank=True)
    text = models.TextField()
    text_hash = models.CharField(max_length=64)
    order = models.PositiveIntegerField()

    objects = ScopedManager.from_queryset(ClauseQuerySet)()

    class Meta:
        ordering: ClassVar = ["document", "order"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["document", "eid"], name="one_clause_per_eid")]

    def __str__(self) -> str:
        return f"{self.document} {self.label}"
