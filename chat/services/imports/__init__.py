"""Talks brought from elsewhere: a file is stored, looked through, and taken in; each step may be cut short."""

from chat.services.imports.casting import Candidate, candidates_for
from chat.services.imports.intake import cancel, run, take
from chat.services.imports.look import look
from chat.services.imports.report import fail, forget_idle, left_behind
from chat.services.imports.upload import BroughtBefore, bring

__all__ = [
    "BroughtBefore",
    "Candidate",
    "bring",
    "cancel",
    "candidates_for",
    "fail",
    "forget_idle",
    "left_behind",
    "look",
    "run",
    "take",
]
