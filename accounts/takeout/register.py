"""What of accounts goes out with a take-out, and comes in."""

from accounts.erasure import on_erasure
from accounts.restore import people
from accounts.restore.work import restores
from accounts.takeout.rows import reads
from accounts.takeout.services import forget_takeouts
from accounts.takeout.sources import SESSION, sessions


def register() -> None:
    on_erasure(forget_takeouts)
    reads("accounts.Session", sessions, SESSION)

    restores("accounts.User", people.take_account)
    restores("accounts.Profile", people.take_profile)
    restores("accounts.Persona", people.take_persona)
