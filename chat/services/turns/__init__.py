"""A turn from input to settled reply. The server owns it: a socket only watches."""

from chat.services.turns.accept import Accepted
from chat.services.turns.asked import Asked
from chat.services.turns.drafts import draft_line
from chat.services.turns.say import Speaker, act, cue, say_again, say_line
from chat.services.turns.stop import stop_turn
from chat.services.turns.warming import warm_memories
from chat.services.turns.watch import running_turn, watch

__all__ = [
    "Accepted", "Asked", "Speaker", "act", "cue", "draft_line", "running_turn", "say_again", "say_line", "stop_turn",
    "warm_memories", "watch",
]  # fmt: skip
