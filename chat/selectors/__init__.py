"""Every read of conversations. What is read most is named here; the tree of one is read in tree.py, what stands behind
a line in lines.py, what is found by searching in search.py, one line among its neighbours in reading.py.

Each takes the viewer; a stranger's conversation and a missing one look alike.
"""

from chat.selectors.branch import (
    MOST_MESSAGES,
    PAGE_MESSAGES,
    ShownMessage,
    line_for,
    older_than,
    role_of,
    shown_branch,
    shown_rows,
    shown_to,
)
from chat.selectors.socket import Snapshot, conversation_for_socket, message_body, stored_body
from chat.selectors.takes import RATINGS, lines_below
from chat.selectors.talks import (
    Talk,
    cast_version,
    cast_versions,
    conversations_for,
    get_conversation,
    listed,
    talks_for,
    title_of,
    trashed_for,
    versions_in_talks,
)
from chat.selectors.words import preview_of, said_at, text_in, text_of_message

__all__ = [
    "MOST_MESSAGES",
    "PAGE_MESSAGES",
    "RATINGS",
    "ShownMessage",
    "Snapshot",
    "Talk",
    "cast_version",
    "cast_versions",
    "conversation_for_socket",
    "conversations_for",
    "get_conversation",
    "line_for",
    "lines_below",
    "listed",
    "message_body",
    "older_than",
    "preview_of",
    "role_of",
    "said_at",
    "shown_branch",
    "shown_rows",
    "shown_to",
    "stored_body",
    "talks_for",
    "text_in",
    "text_of_message",
    "title_of",
    "trashed_for",
    "versions_in_talks",
]
