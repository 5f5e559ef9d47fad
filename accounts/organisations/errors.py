from django.utils.translation import gettext_lazy as _

from accounts.errors import Conflict


class SeatsTaken(Conflict):
    code = "seats_taken"
    message = _("This organisation has no seat left. Whoever runs it can make room.")


class BelongsElsewhere(Conflict):
    """One person, one organisation: which of two would pay?"""

    code = "belongs_elsewhere"
    message = _("You belong to an organisation already. Leave that one first.")


class OwnerStays(Conflict):
    code = "owner_stays"
    message = _("You own your organisation: hand it over, or dissolve it, before you go.")
