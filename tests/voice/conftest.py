from tests.chat.conftest import alice, bob, stage
from tests.chat.rooms.conftest import rooms

__all__ = ["alice", "bob", "rooms", "stage"]
