"""What a room answers to who cannot come in, or may not do something."""

from django.utils.translation import gettext_lazy as _

from accounts.errors import Conflict, Forbidden, ProductError


class RoomFull(Conflict):
    code = "room_full"
    message = _("This room is full. Try again when somebody has left.")


class Banned(Forbidden):
    code = "banned"
    message = _("The host has banned you from this room.")


class SomebodyBlocked(Forbidden):
    """For who blocked; who was blocked is told that the invitation is over."""

    code = "somebody_blocked"
    message = _("Somebody whom you have blocked is in this room.")


class InvitationOver(ProductError):
    code = "invitation_over"
    status = 410
    message = _("This invitation has expired or was withdrawn. Ask for a new one.")
