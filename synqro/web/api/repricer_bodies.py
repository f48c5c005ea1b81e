"""Rules as a program writes and reads them: the room says which fields there are."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from synqro import repricer
from synqro.repricer import ChangeOutcome, Mode, RunState
from synqro.web.amounts import AmountOut
from synqro.web.inputs import StrictIn
from synqro.web.times import TimeOut

TIMES = {name: {"type": "string", "format": "date-time"} for name in ("created_at", "updated_at")}


def _as_sent(schema: dict[str, Any]) -> None:
    schema |= repricer.rule_schema()


def _as_changed(schema: dict[str, Any]) -> None:
    """Let everything be left out. What is left out stays, so nothing has a default."""
    schema |= {k: v for k, v in repricer.rule_schema().items() if k != "required"}
    schema["properties"] = {
        name: {word: said for word, said in field.items() if word != "default"}
        for name, field in schema["properties"].items()
    }


def _as_shown(schema: dict[str, Any]) -> None:
    own, said = schema["properties"], repricer.rule_schema(shown=True)
    schema |= {
        **said,
        "properties": {**own, **said["properties"], **TIMES},
        "required": [*own, *said["required"], *TIMES],
    }


class _AsGiven(StrictIn):
    model_config = ConfigDict(extra="allow")

    def given(self) -> dict[str, Any]:
        """Give back all that was sent, for the room to read."""
        return dict(self.model_extra or {})


class RuleIn(_AsGiven):
    """A rule for prices. Of the rules that fit a listing, the first decides alone."""

    model_config = ConfigDict(json_schema_extra=_as_sent)


class RuleChangesIn(_AsGiven):
    """What is absent stays; null clears, or brings the default back. Objects and lists, as
    `bounds` or `strategy`, are replaced as wholes.
    """

    model_config = ConfigDict(json_schema_extra=_as_changed)


class RuleOut(BaseModel):
    """A rule as it was written, with its defaults filled in; what is not said has no field. It
    can be sent again as it is, without `id`, `object` and the times.
    """

    model_config = ConfigDict(extra="allow", json_schema_extra=_as_shown)

    id: str
    object: Literal["repricer_rule"]


class DeletedRuleOut(BaseModel):
    id: str
    object: Literal["repricer_rule"] = "repricer_rule"
    deleted: Literal[True] = True


class ChangeReasonOut(BaseModel):
    """Why, as a code to branch on and a sentence to read."""

    code: str
    message: str


class ChangeOut(BaseModel):
    """What a run says of one listing. `applied` is true while the price that it made stands as
    far as rules are concerned. `outcome` is stays (the plan keeps the price), planned or chosen
    (not applied yet), applied, left_out (nobody wanted it), lost (it could no longer be applied,
    and `problem` says why) or undone. `rule_id` is the rule that decided, null where none fits.
    """

    id: str
    object: Literal["repricer_change"]
    run_id: str
    listing_id: str
    rule_id: str | None
    rule_name: str | None = Field(description="What the rule was called then.")
    old_price: AmountOut
    new_price: AmountOut = Field(description="The same where the price stays.")
    currency: str
    applied: bool
    outcome: ChangeOutcome
    problem: str | None
    reasons: list[ChangeReasonOut]
    applied_at: TimeOut | None
    undone_at: TimeOut | None


class RepricingOut(BaseModel):
    """`changed` and `skipped` count the listings whose price would move and stay. `changes` are
    the first hundred, those that move before those that stay. More than a hundred changes are
    applied one after the other in the background: `state` is `applying` until they are.
    """

    run_id: str
    object: Literal["repricer_run"]
    mode: Mode = Field(description="`dry_run`: it changes no price.")
    state: RunState
    changed: int
    skipped: int
    applied: int = Field(description="How many prices have been changed so far.")
    changes: list[ChangeOut]
