"""What of memories goes out with a take-out, and comes in: told to `accounts` once, in `apps.py`."""

from accounts.restore.work import after_all, comes_after, may_meet, restores
from accounts.takeout.pages import chapter
from memory.services import restoring
from memory.takeout.pages import MODELS, write_memories


def register() -> None:
    chapter(MODELS, write_memories)

    may_meet("memory.Pair")
    restores("memory.Pair", restoring.take_pair)
    restores("memory.Memory", restoring.take_memory)
    restores("memory.MemorySource", restoring.take_source)
    restores("memory.BondStep", restoring.take_step)
    comes_after("memory.MemorySource", "chat.Message")
    comes_after("memory.BondStep", "chat.Message")
    after_all(restoring.count_anew)
