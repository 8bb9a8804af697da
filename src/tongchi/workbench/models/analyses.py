"""What did the engine say of the texts, and what do the parties say of that? Matters, comparisons, corrections."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.db import models
from django.db.models import Q

from tongchi.workbench.models.scoping import Scoped, ScopedManager

if TYPE_CHECKING:
    from tongchi.workbench.models.files import Document
    from tongchi.workbench.models.parties import Seat


class MatterQuerySet(Scoped["Matter"]):
    """All matters of the workspace."""

    def visible_to(self, actor: Seat) -> MatterQuerySet:
        return self.within(actor)


class Matter(models.Model):
    """What is to be standardised, such as office space."""

    workspace = models.ForeignKey("Workspace", models.PROTECT, related_name="matters")
    code = models.SlugField(max_length=40)
    zh = models.CharField(max_length=120)
    en = models.CharField(max_length=120)
    order = models.PositiveSmallIntegerField(default=0)

    objects = ScopedManager.from_queryset(MatterQuerySet)()

    class Meta:
        ordering: ClassVar = ["order", "code"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["workspace", "code"], name="one_matter_per_code")]

    def __str__(self) -> str:
        return self.zh


class ComparisonQuerySet(Scoped["Comparison"]):
    """Comparisons of which every document is visible."""

    def visible_to(self, actor: Seat) -> ComparisonQuerySet:
        hidden = Q(documents__shared_at__isnull=True) & ~Q(documents__party_id=actor.party_id)
        concealed = self.model._default_manager.filter(hidden).values("pk")
        return self.within(actor).exclude(pk__in=concealed)


class Comparison(models.Model):
    """One run of the engine on the texts of a matter. `result` is the engine's own JSON; nothing is worked out here again.

    `gap`, with its interval, is kept beside it so that the dashboard can draw it over time. `key` is the hash of the inputs: documents
    and corrections that were in force. A run with the same key is not repeated.
    """

    workspace = models.ForeignKey("Workspace", models.PROTECT, related_name="comparisons")
    matter = models.ForeignKey(Matter, models.PROTECT, related_name="comparisons")
    documents: models.ManyToManyField[Document, Any] = models.ManyToManyField("Document", related_name="comparisons")
    key = models.CharField(max_length=64)
    result = models.JSONField()
    findings = models.JSONField(default=list)
    commitments = models.JSONField(default=list)
    gap = models.FloatField(null=True)
    gap_low = models.FloatField(null=True)
    gap_high = models.FloatField(null=True)
    made_at = models.DateTimeField()

    objects = ScopedManager.from_queryset(ComparisonQuerySet)()

    class Meta:
        ordering: ClassVar = ["-made_at", "-pk"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["matter", "key"], name="one_comparison_per_input")]

    def __str__(self) -> str:
        return f"{self.matter} {self.made_at:%Y-%m-%d}"


class CorrectionQuerySet(Scoped["Correction"]):
    """Corrections of links and findings whose texts are all visible."""

    def visible_to(self, actor: Seat) -> CorrectionQuerySet:
        own = Q(party_id=actor.party_id)
        both = Q(document_a__party_id=actor.party_id) | Q(document_a__shared_at__isnull=False)
        other = (
            Q(document_b__isnull=True) | Q(document_b__party_id=actor.party_id) | Q(document_b__shared_at__isnull=False)
        )
        return self.within(actor).filter(own | (both & other)).filter(both & other)


class Correction(models.Model):
    """What a party says of a link or a finding: accept, reject, or add one, with the reason. The machine's answer stays beside it."""

    class Kind(models.TextChoices):
        """What is corrected."""

        LINK = "link", "对应 / link"
        FINDING = "finding", "审查发现 / finding"

    class Verdict(models.TextChoices):
        """What is said of it."""

        ACCEPT = "accept", "认可 / accept"
        REJECT = "reject", "不认可 / reject"
        ADD = "add", "补充 / add"

    workspace = models.ForeignKey("Workspace", models.PROTECT, related_name="corrections")
    matter = models.ForeignKey(Matter, models.PROTECT, related_name="corrections")
    party = models.ForeignKey("Party", models.PROTECT, related_name="corrections")
    seat = models.ForeignKey("Seat", models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    verdict = models.CharField(max_length=10, choices=Verdict.choices)
    document_a = models.ForeignKey("Document", models.PROTECT, related_name="+")
    eid_a = models.CharField(max_length=120)
    document_b = models.ForeignKey("Document", models.PROTECT, related_name="+", null=True, blank=True)
    eid_b = models.CharField(max_length=120, blank=True)
    item = models.CharField(max_length=20, blank=True)
    reason = models.TextField()
    at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = ScopedManager.from_queryset(CorrectionQuerySet)()

    class Meta:
        ordering: ClassVar = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.get_verdict_display()} {self.eid_a}"
