"""Who may do what? The role of a seat permits acts; an observing party changes nothing; a party answers for its own things alone.

Commands call `require` first; templates ask `may`, so that a page offers only what its reader can do. What somebody may *see* is
not here but in the query (`visible_to`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec

import rules
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase

from tongchi.errors import AccessError
from tongchi.workbench.models import ClauseVersion, Party, Project, Role, Seat

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser, User

DRAFTER, REVIEWER, APPROVER, ADMIN = Role.DRAFTER, Role.REVIEWER, Role.APPROVER, Role.ADMIN
ACTS: Mapping[str, frozenset[Role]] = {
    "document.upload": frozenset({DRAFTER}),
    "document.share": frozenset({DRAFTER}),
    "matter.open": frozenset({DRAFTER, ADMIN}),
    "comparison.run": frozenset({DRAFTER, REVIEWER}),
    "correction.make": frozenset({DRAFTER, REVIEWER}),
    "project.propose": frozenset({DRAFTER}),
    "project.approve": frozenset({APPROVER}),
    "project.material": frozenset({DRAFTER, REVIEWER}),
    "project.advance": frozenset({REVIEWER, APPROVER}),
    "clause.write": frozenset({DRAFTER}),
    "position.take": frozenset({DRAFTER, REVIEWER, APPROVER}),
    "remark.make": frozenset({DRAFTER, REVIEWER, APPROVER}),
    "remark.settle": frozenset({DRAFTER}),
    "opinion.make": frozenset({DRAFTER, REVIEWER, APPROVER}),
    "opinion.settle": frozenset({REVIEWER}),
    "review.vote": frozenset({REVIEWER, APPROVER}),
    "text.approve": frozenset({APPROVER}),
    "standard.issue": frozenset({APPROVER}),
    "standard.withdraw": frozenset({APPROVER}),
    "adoption.record": frozenset({APPROVER}),
    "recognition.record": frozenset({APPROVER}),
    "promise.record": frozenset({DRAFTER, APPROVER}),
    "seat.manage": frozenset({ADMIN}),
    "party.configure": frozenset({ADMIN}),
    "procedure.configure": frozenset({ADMIN}),
    "checkpoint.sign": frozenset({ADMIN, APPROVER}),
}


def _decides(actor: Seat) -> bool:
    """Hold where the seat is in use and its party takes part in decisions."""
    return bool(actor.active and actor.user.is_active and not actor.party.observing)


def _has_role(roles: frozenset[Role]) -> Any:
    return rules.predicate(lambda actor: actor.role in roles, name="has_role")


_RULES = rules.RuleSet()
for _act, _roles in ACTS.items():
    _RULES.add_rule(_act, rules.predicate(_decides, name="decides") & _has_role(_roles))


def may(actor: Seat, act: str) -> bool:
    """Return whether the seat permits the act. An act that no rule names is nobody's."""
    return act in ACTS and bool(_RULES.test_rule(act, actor))


def require(actor: Seat, act: str) -> None:
    """Raise AccessError unless the seat permits the act."""
    if not may(actor, act):
        roles = "、".join(role.label for role in sorted(ACTS.get(act, ())))
        raise AccessError(found=f"{actor.party} · {Role(actor.role).label}", expected=roles or "—", act=act)


def require_own(actor: Seat, party: Party, act: str) -> None:
    """Raise AccessError unless the seat permits the act and the thing is the actor's own party's."""
    require(actor, act)
    if actor.party_id != party.pk:
        raise AccessError(found=str(actor.party), expected=str(party), act=act)


def require_second_person(actor: Seat, project: Project, act: str) -> None:
    """Raise AccessError where a clause that stands was written by this person alone, in whatever role: four eyes see a text."""
    written = ClauseVersion.objects.filter(clause__project=project, clause__removed=False)
    own = set(written.filter(seat__user_id=actor.user_id).values_list("clause_id", flat=True))
    others = set(written.exclude(seat__user_id=actor.user_id).values_list("clause_id", flat=True))
    if own - others:
        raise AccessError(found=str(actor.user), expected="另一人 / another person", act=act)


def seats_of(user: User | AnonymousUser) -> list[Seat]:
    """Return the seats in use of a person, with party and workspace."""
    if not user.is_authenticated:
        return []
    seats = Seat.objects.filter(user=user, active=True).select_related("party", "workspace", "user")
    return list(seats.order_by("workspace__code"))


def seat_of(request: HttpRequest) -> Seat | None:
    """Return the seat this request acts from: that of the workspace chosen in the session, else the first; None without one."""
    if not hasattr(request, "_seats"):
        request._seats = seats_of(request.user)  # type: ignore[attr-defined]
    seats: list[Seat] = request._seats  # type: ignore[attr-defined]
    chosen = request.session.get("workspace")
    return next((seat for seat in seats if seat.workspace.code == chosen), seats[0] if seats else None)


def actor_of(request: HttpRequest) -> Seat:
    """Return the seat this request acts from. Without one there is nothing to see: PermissionDenied, shown as 403."""
    seat = seat_of(request)
    if seat is None:
        raise PermissionDenied
    return seat


P = ParamSpec("P")


def acting(
    view: Callable[Concatenate[HttpRequest, Seat, P], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """Give the view its actor as second argument: `def show_document(request, actor, pk)`."""

    @wraps(view)
    def with_actor(request: HttpRequest, /, *arguments: P.args, **named: P.kwargs) -> HttpResponseBase:
        return view(request, actor_of(request), *arguments, **named)

    return with_actor
