"""How stories are played: state and action in, state and events out. Pure; the same every time."""

from stories.rules.act import Outcome, act, begin
from stories.rules.actions import Action, Refused
from stories.rules.log import Entry, Log, replayed, retold
from stories.rules.possible import offered, possible
from stories.rules.proposals import open_proposals, propose

__all__ = [
    "Action", "Entry", "Log", "Outcome", "Refused", "act", "begin", "offered", "open_proposals", "possible", "propose",
    "replayed", "retold",
]  # fmt: skip
