"""What is said of a file and of the talks in it: each code of chat/formats in a sentence."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

# Why a file, or a talk in it, is not taken.
REASONS = {
    "not_json": _("This is neither JSON nor an archive of JSON files."),
    "not_talk": _("There is no conversation in this file that we know how to read."),
    "no_talks": _("There is no conversation in this file that we know how to read."),
    "newer": _("This file was written by a newer version than this one reads."),
    "too_large": _("There is too much in it to be held."),
    "string_too_long": _("It has a text of more than 4 MB."),
    "too_deep": _("It is nested too deeply."),
    "too_many_talks": _("There are more than 10,000 talks in this file. Those before are taken."),
    "too_many_lines": _("It has more than 100,000 lines."),
    "too_many_files": _("There are too many files in this archive."),
    "ratio": _("This archive unpacks to more than a hundred times its size."),
    "encrypted": _("This archive is protected with a password."),
    "damaged": _("This archive is damaged."),
    "empty": _("There is no line in it."),
    "already": _("It is here already."),
    "no_character": _("The character it was to go to is gone."),
    "too_slow": _("It took too long. What was taken until then is here."),
    "internal": _("Something went wrong on our side. What was taken until then is here."),
}

# What was not taken as it stood.
NOTES = {
    "system": ngettext_lazy(
        "%(count)s remark of the program itself was left out.",
        "%(count)s remarks of the program itself were left out.",
        "count",
    ),
    "empty": ngettext_lazy("%(count)s empty line was left out.", "%(count)s empty lines were left out.", "count"),
    "unread": ngettext_lazy("%(count)s line could not be read.", "%(count)s lines could not be read.", "count"),
    "cut": ngettext_lazy(
        "%(count)s line was longer than 100,000 characters and was cut.",
        "%(count)s lines were longer than 100,000 characters and were cut.",
        "count",
    ),
    "ghosts": ngettext_lazy(
        "%(count)s line is not told to the model, as it was not there.",
        "%(count)s lines are not told to the model, as they were not there.",
        "count",
    ),
    "pictures": ngettext_lazy("%(count)s picture was left out.", "%(count)s pictures were left out.", "count"),
    "withdrawn": ngettext_lazy(
        "A rule of the house stands against %(count)s line: another one stands in its place.",
        "A rule of the house stands against %(count)s lines: others stand in their place.",
        "count",
    ),
    "thoughts": ngettext_lazy(
        "%(count)s thought of the model's was left out.", "%(count)s thoughts of the model's were left out.", "count"
    ),
}


def reason(code: str) -> str:
    return str(REASONS.get(code, REASONS["internal"]))


def notes(found: Mapping[str, int]) -> list[str]:
    return [str(NOTES[code] % {"count": count}) for code, count in found.items() if code in NOTES and count]
