"""The words of the command line: `synqro web`, and `synqro store create`."""

from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Sequence

Run = Callable[[Namespace], int | None]


class Commands:
    """Collects commands of one word or two."""

    def __init__(self) -> None:
        self._parser = ArgumentParser(
            prog="synqro", description="Sell from your own web page.", allow_abbrev=False
        )
        self._words = self._parser.add_subparsers(metavar="COMMAND", required=True)
        self._groups: dict[str, object] = {}

    def add(self, name: str, run: Run, help: str) -> ArgumentParser:
        """Add the command `name`, as in "web" or "store create"."""
        first, _, second = name.partition(" ")
        words = self._group(first) if second else self._words
        found: ArgumentParser = words.add_parser(  # type: ignore[attr-defined]
            second or first, help=help, description=help, allow_abbrev=False
        )
        found.set_defaults(run=run)
        return found

    def read(self, words: Sequence[str] | None) -> Namespace:
        """Give back what was typed; leaves the process where that is no command."""
        return self._parser.parse_args(words)

    def _group(self, name: str) -> object:
        if name not in self._groups:
            parser = self._words.add_parser(name, help=f"{name} …", allow_abbrev=False)
            self._groups[name] = parser.add_subparsers(metavar="ACTION", required=True)
        return self._groups[name]
