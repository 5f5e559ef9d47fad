"""Which templates make prompts of talks: only these can be compared, since it is talks that are divided among arms."""

_of_talks: set[str] = set()


def made_for_talks(*names: str) -> None:
    """For whoever renders them, in its `apps.py`."""
    _of_talks.update(names)


def templates_of_talks() -> frozenset[str]:
    return frozenset(_of_talks)
