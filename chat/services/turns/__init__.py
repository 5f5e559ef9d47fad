"""A turn from input to settled reply. The server owns it: a socket only watches."""

from chat.services.turns.accept import Accepted, accept_again, accept_line
from chat.services.turns.answer import begin
from chat.services.turns.drafts import draft_line
from chat.services.turns.stop import stop_turn
from chat.services.turns.watch import running_turn, watch

__all__ = ["Accepted", "accept_again", "accept_line", "begin", "draft_line", "running_turn", "stop_turn", "watch"]
