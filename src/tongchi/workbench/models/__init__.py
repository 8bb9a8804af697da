"""What the site keeps. Everything belongs to a workspace and, where it is private, to a party; `visible_to` says who sees it."""

from tongchi.workbench.models.analyses import Comparison, Correction, Matter
from tongchi.workbench.models.approvals import Approval, IssuedStandard
from tongchi.workbench.models.drafting import ClauseVersion, DraftClause, Position, Remark
from tongchi.workbench.models.events import Checkpoint, LogEntry
from tongchi.workbench.models.files import Clause, Document
from tongchi.workbench.models.implementation import Adoption, Promise, Recognition
from tongchi.workbench.models.jobs import Job
from tongchi.workbench.models.parties import Party, Role, Seat, Workspace
from tongchi.workbench.models.procedure import NumberSegment, Procedure, Stage
from tongchi.workbench.models.projects import PartyProject, Project
from tongchi.workbench.models.review import Opinion
from tongchi.workbench.models.tokens import Token

__all__ = [
    "Adoption",
    "Approval",
    "Checkpoint",
    "Clause",
    "ClauseVersion",
    "Comparison",
    "Correction",
    "Document",
    "DraftClause",
    "IssuedStandard",
    "Job",
    "LogEntry",
    "Matter",
    "NumberSegment",
    "Opinion",
    "Party",
    "PartyProject",
    "Position",
    "Procedure",
    "Project",
    "Promise",
    "Recognition",
    "Remark",
    "Role",
    "Seat",
    "Stage",
    "Token",
    "Workspace",
]
