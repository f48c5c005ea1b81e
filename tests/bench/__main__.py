"""Run every module of this folder that has `run()`, or those that are named."""

import sys
from importlib import import_module
from pathlib import Path

from tests.bench.report import missed


def main(wanted: list[str]) -> int:
    """Measure, print, and give back 1 where a budget is missed."""
    names = sorted(path.stem for path in Path(__file__).parent.glob("[a-z]*.py"))
    for name in wanted or names:
        run = getattr(import_module(f"tests.bench.{name}"), "run", None)
        if run is not None:
            print(f"\n{name}", flush=True)
            run()
    print("\nAll budgets met." if not missed else f"\nMissed: {', '.join(missed)}.")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
