"""What people are told of a file that could not be taken, or of a row of it."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

FAILURES: Mapping[str, Any] = {
    "not_takeout": _("This is no take-out of a Dramatis. Bring the ZIP as you downloaded it."),
    "damaged": _("The file is damaged. Download it again, and bring it as it is."),
    "newer": _("The file comes from a newer Dramatis than this one."),
    "too_large": _("What is in the file is larger than can be taken."),
    "encrypted": _("The file is locked by a password."),
    "names": _("The file was put together by something else: names in it lead out of it."),
    "too_slow": _("It took too long. Nothing was taken; please tell whoever runs this site."),
    "internal": _("Something went wrong here. Nothing was taken; please tell whoever runs this site."),
}
PROBLEMS: Mapping[str, Any] = {
    "no_row": _("This line cannot be read."),
    "no_reference": _("It belongs to something that did not come along."),
    "no_file": _("Its file is missing, too large, or damaged."),
    "no_text": _("This has to be text."),
    "no_number": _("This has to be a whole number."),
    "no_yes_or_no": _("This has to be yes or no."),
    "no_choice": _("That is none of the choices."),
    "missing": _("Something is missing here."),
    "does_not_fit": _("This does not fit here."),
    "no_story": _("The story that was played is not here."),
    "not_by_rules": _("By the rules of the story this cannot have happened."),
    "too_many": _("There are more than one account can have."),
}


def failure(code: str) -> str:
    return str(FAILURES.get(code) or FAILURES["internal"])


def problem(code: str, said: str = "") -> str:
    return said or str(PROBLEMS.get(code) or PROBLEMS["does_not_fit"])
