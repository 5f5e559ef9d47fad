"""What people with power did in the admin of this app, for the audit log above."""

from typing import Any, Protocol
from uuid import UUID

from accounts.models import User


class Recorder(Protocol):
    def __call__(self, action: str, *, by: User | None, kind: str, subject: UUID | None, **detail: Any) -> Any: ...


_recorders: list[Recorder] = []


def on_acts(recorder: Recorder) -> None:
    """For the app above that keeps the log, in its `apps.py`."""
    if recorder not in _recorders:
        _recorders.append(recorder)


def record(action: str, *, by: User | None, kind: str, subject: UUID | None = None, **detail: Any) -> None:
    """In the transaction of what is recorded. `detail`: codes, ids, numbers."""
    for recorder in _recorders:
        recorder(action, by=by, kind=kind, subject=subject, **detail)
