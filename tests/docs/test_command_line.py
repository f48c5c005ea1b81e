"""The examples of the server's command line."""

import shlex

from synqro.web.snippets import FOLDER
from tests.cli.conftest import Synqro, synqro

__all__ = ["synqro"]


def words(name: str, **values: str) -> list[str]:
    """The arguments of the command in an example; its answer goes nowhere."""
    text = (FOLDER / name).read_text().partition("\n\n")[0]
    for known, own in values.items():
        text = text.replace(known, own)
    command, *given = shlex.split(text.partition(">")[0].replace("\\\n", ""))
    assert command == "synqro"
    return given


def test_a_shop_is_opened_as_shown(synqro: Synqro) -> None:
    opened = synqro(*words("testing/store.sh")).json()
    assert opened["test_secret_key"].startswith("sk_test_")
    twin = opened["test_store_id"]
    assert synqro(*words("testing/product.sh", **{"$STORE": twin})).json()
    made = synqro(*words("api/key.sh", st_YOUR_STORE=twin)).json()
    assert made["key"].startswith("sk_test_")
