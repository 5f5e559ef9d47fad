"""Rows of accounts that are not read along their holding."""

from collections.abc import Iterator

from accounts.models import User
from accounts.privacy.holdings import Holding
from accounts.sessions import open_sessions_of
from accounts.takeout.rows import Row

SESSION = {"browser": "text", "address": "text", "since": "moment?", "seen": "moment?"}


def sessions(user: User, _holding: Holding) -> Iterator[Row]:
    """Where they are signed in, as they are shown it: the row itself is a key to the account."""
    for each in open_sessions_of(user, this=""):
        yield {"browser": each.browser, "address": each.address, "since": each.since, "seen": each.seen}
