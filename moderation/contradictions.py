"""Texts that a set calls harmless, and whose words it calls an attack elsewhere: each answer would be wrong."""

from collections.abc import Sequence

from moderation.filters import jailbreak
from moderation.filters.base import Text

RUN = 5  # words in a row


def contradicted(texts: Sequence[str], attacks: Sequence[bool]) -> set[int]:
    """Places of harmless texts more than half of whose runs of words stand in attacks of the same set, as the gate
    reads them."""
    texts = [jailbreak.excerpt(Text(text).folded.text) for text in texts]
    known = {run for text, attack in zip(texts, attacks, strict=True) if attack for run in _runs(text)}
    runs = {at: _runs(text) for at, text in enumerate(texts) if not attacks[at]}
    return {at for at, of_text in runs.items() if len(of_text & known) > len(of_text) / 2}


def _runs(text: str) -> set[tuple[str, ...]]:
    words = text.split()
    return {tuple(words[at : at + RUN]) for at in range(len(words) - RUN + 1)}
