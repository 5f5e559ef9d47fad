"""What a model may bring about with a reply: only what the scene declares for it, by name, while it holds, so often.

A model never writes an effect. Whatever a player talked it into saying, it can but pick from this list.
"""

from collections.abc import Iterable
from typing import Any

from stories.book import Book, Proposal
from stories.book.parts import words_in
from stories.rules.act import Outcome, Stage
from stories.state import State

MOST = 2  # of one reply


def open_proposals(book: Book, state: State) -> dict[str, Proposal]:
    if state.ending:
        return {}
    return {name: each for name, each in book.scenes[state.scene].proposals.items() if _open(state, each)}


def propose(book: Book, state: State, names: Iterable[str], seed: str) -> Outcome:
    """What is not open is passed over. Nothing else comes of it until the player's next action."""
    stage = Stage(book, state.copy(), seed)
    bring_about(stage, names)
    return stage.outcome()


def bring_about(stage: Stage, names: Iterable[str]) -> None:
    taken: set[str] = set()
    for name in names:
        proposal = open_proposals(stage.book, stage.state).get(name)
        if proposal is not None and name not in taken and len(taken) < MOST:
            taken.add(name)
            stage.meet("proposal", proposal.path)
            stage.apply(proposal.do)


def answer_schema(book: Book, state: State) -> dict[str, Any]:
    """JSON Schema for the model's output: names of open proposals, and nothing else."""
    names = sorted(open_proposals(book, state))
    each: dict[str, Any] = {"type": "string", "enum": names} if names else {"type": "string", "maxLength": 0}
    return {
        "type": "object",
        "additionalProperties": False,
        "required": ["happened"],
        "properties": {"happened": {"type": "array", "items": each, "maxItems": MOST if names else 0}},
    }


def told_proposals(book: Book, state: State, language: str) -> list[tuple[str, str]]:
    """Names with their meaning, for the model's question."""
    proposals = book.file.scenes[state.scene].proposals
    return [(name, words_in(proposals[name].means, language, book.file)) for name in open_proposals(book, state)]


def _open(state: State, proposal: Proposal) -> bool:
    return state.done.get(proposal.path, 0) < proposal.most and proposal.when(state)
