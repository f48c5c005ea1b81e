"""How a measurement is printed, and held against its budget."""

from collections.abc import Callable
from statistics import median

missed: list[str] = []


def line(what: str, figure: float, budget: float, unit: str = "×", detail: str = "") -> None:
    """Print one figure beside its budget."""
    word = "ok" if figure <= budget else "MISSED"
    if figure > budget:
        missed.append(what)
    print(f"  {what:<44}{figure:>9.2f} {unit:<3} ≤ {budget:g} {word:<7}{detail}", flush=True)


def note(what: str, figure: float, unit: str, detail: str = "") -> None:
    """Print a figure that has no budget."""
    print(f"  {what:<44}{figure:>9.2f} {unit:<3} {'':<9}{detail}", flush=True)


def in_turns(
    measures: dict[str, Callable[[], float]], *, rounds: int = 7
) -> dict[str, list[float]]:
    """Measure each in turn, round by round, after one round that does not count."""
    found: dict[str, list[float]] = {name: [] for name in measures}
    for number in range(rounds + 1):
        for name, measure in measures.items():
            figure = measure()
            if number:
                found[name].append(figure)
    return found


def ratio(of: list[float], to: list[float]) -> float:
    """Give back the median of the rounds' ratios."""
    return median(a / b for a, b in zip(of, to, strict=True))
