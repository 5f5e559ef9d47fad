"""Why an action does not count."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.errors import ProductError
from stories.rules import Refused
from stories.rules.actions import Reason


class NoStory(ProductError):
    code = "no_story"
    status = 409
    message = _("No story is played in this talk.")


class ActionRefused(ProductError):
    """The rules of the story. Nothing has changed; `reason` is for programs."""

    code = "action_refused"
    status = 409

    def __init__(self, refused: Refused) -> None:
        super().__init__(_WORDS[refused.reason], reason=refused.reason)


_WORDS: dict[Reason, Promise] = {
    "over": _("The story is over. Go back to play on from an earlier line."),
    "unknown": _("There is no such thing to do here."),
    "not_here": _("That is not here."),
    "not_yours": _("You do not have that in hand."),
    "fixed": _("That cannot be taken."),
    "no_road": _("No road leads there from here."),
    "not_now": _("That is not possible now."),
}
