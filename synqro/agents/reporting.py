"""What a run says of its work."""

from dataclasses import dataclass

from synqro.core.words import sentence


@dataclass(frozen=True)
class Problem:
    """Why something failed: `message` is a sentence for the merchant, with what to do."""

    code: str
    message: str
    retryable: bool = True


@dataclass(frozen=True)
class Report:
    """How many things it saw, changed, left as they were and failed at; `summary` is a sentence
    that names what came of it. `problem` is there where anything failed.
    """

    seen: int = 0
    changed: int = 0
    skipped: int = 0
    failed: int = 0
    summary: str | None = None
    problem: Problem | None = None

    def plus(self, more: "Report") -> "Report":
        """Give back one of both, in one sentence; of two problems the later is told."""
        said = more.summary or ""
        return Report(
            self.seen + more.seen,
            self.changed + more.changed,
            self.skipped + more.skipped,
            self.failed + more.failed,
            sentence(self.summary, said[:1].lower() + said[1:]),
            more.problem or self.problem,
        )
