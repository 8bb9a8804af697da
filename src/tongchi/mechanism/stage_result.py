"""What stage are the parties in, one by one and together? Indices, stages, change points and the next step in one result."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tongchi.mechanism.indices import JOINT, IndexSeries
from tongchi.mechanism.next_steps import Suggestion, holding_back
from tongchi.mechanism.stages import IndexChange, StagePath, StageRules, index_changes, stage_path
from tongchi.survey.unavailable import NotAvailable


@dataclass(frozen=True)
class StageResult:
    """Indices with the stage of each party and jointly, and their change points; what `tongchi mechanism stages` shows."""

    indices: IndexSeries
    paths: Mapping[str, StagePath]
    changes: Mapping[str, IndexChange]

    @classmethod
    def of(cls, indices: IndexSeries, rules: StageRules | None = None, *, weighting: str = "equal") -> StageResult:
        """Work out stages and change points of all parties."""
        paths = {party: stage_path(indices, rules, party=party, weighting=weighting) for party in indices.rows}
        return cls(indices, paths, index_changes(indices, weighting=weighting))

    @property
    def joint(self) -> StagePath:
        """The stages of all parties together."""
        return self.paths[JOINT]

    @property
    def suggestion(self) -> Suggestion | NotAvailable:
        """The next step, from the construct that holds the next stage back."""
        return holding_back(self.indices, self.joint)
