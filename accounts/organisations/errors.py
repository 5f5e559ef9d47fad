from django.utils.translation import gettext_lazy as _

from accounts.errors import Conflict, Forbidden


class SeatsTaken(Conflict):
    code = "seats_taken"
    message = _("This organisation has no seat left. Whoever runs it can make room.")


class BelongsElsewhere(Conflict):
    """One person, one organisation: which of two would pay?"""

    code = "belongs_elsewhere"
    message = _("You belong to an organisation already. Leave that one first.")


class StaffLinkNone(Forbidden):
    code = "staff_link_none"
    message = _("Whoever may enter the administration is not let in by an organisation.")


class AnotherProvider(Conflict):
    code = "another_provider"
    message = _("The organisation signs in by another provider since a moment ago. Begin again.")


class OwnerStays(Conflict):
    code = "owner_stays"
    message = _("You own your organisation: hand it over, or dissolve it, before you go.")
