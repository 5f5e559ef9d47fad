"""What happened to a lore entry, in words."""

from django.utils.translation import gettext_lazy as _

WHY = {
    "constant": _("always in the prompt"),
    "forced": _("its text says @@activate"),
    "key": _("a key came up"),
    "entry": _("another entry called it"),
    "sticky": _("it still stays from before"),
    "latched": _("it stays once it came up"),
    "meaning": _("it fits by meaning"),
}
CAUSES = {
    "chance": _("left out by chance this time"),
    "group": _("another one of its group was taken"),
    "delay": _("the talk is not long enough yet"),
    "cooldown": _("it is resting"),
    "after": _("too few replies so far"),
    "every": _("not at this reply"),
    "greeting": _("for another opening"),
    "icon": _("for another face of the player"),
    "needed": _("a further key is missing"),
    "excluded": _("a key was found that keeps it out"),
    "once": _("it comes up once, and did"),
    "secondary": _("a key was found, but the second keys do not fit"),
    "too_long": _("alone longer than the room for lore"),
    "book_budget": _("the budget of the book is used up"),
    "budget": _("no room left: lower priority goes first"),
}
PROBLEMS = {
    "syntax": _("This pattern cannot be run. Look-around and references back to a group are not understood."),
    "flags": _("There is no such flag behind a pattern. Use i, m or s."),
    "too_long": _("This pattern is longer than 500 characters."),
    "too_large": _("This pattern is too large to be run at every turn."),
}
