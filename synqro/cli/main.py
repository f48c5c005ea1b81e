"""Reading the command line and saying in one line what went wrong."""

import sys
from collections.abc import Sequence

from synqro.cli import check, parser, parts, products, stores
from synqro.cli.answers import refusal
from synqro.config import WrongSetting
from synqro.core import logs
from synqro.core.errors import DomainError

GROUPS = (parts, check, stores, products)


def main(words: Sequence[str] | None = None) -> int:
    """Run one command and give back its exit code."""
    logs.configure()
    commands = parser.Commands()
    for group in GROUPS:
        group.add(commands)
    given = commands.read(words)
    try:
        return int(given.run(given) or 0)
    except WrongSetting as error:
        print(f"{error}.", file=sys.stderr)
        return 2
    except DomainError as error:
        print(refusal(error), file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
