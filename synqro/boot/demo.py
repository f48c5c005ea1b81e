"""The demo store: made once, in steps that survive a kill between any two of them."""


def create() -> None:
    """Make what is still missing of the demo store."""
