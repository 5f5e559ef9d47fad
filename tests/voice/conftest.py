from tests.chat.conftest import alice, bob, stage

__all__ = ["alice", "bob", "stage"]
