"""What people are told of a rule that stood against a text: a name for programs, a sentence for readers."""

from fnmatch import fnmatchcase

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# By the name of a finding; the first that fits counts.
PUBLIC: tuple[tuple[str, str, Promise], ...] = (
    ("sexual/minors", "minors", _("sexual content that involves minors")),
    ("sexual", "sexual", _("more sexual than this character’s rating, or your age, allows")),
    ("hate", "hate", _("hatred of people for what they are")),
    ("harassment", "harassment", _("harassment")),
    ("violence", "violence", _("violence")),
    ("self-harm", "self_harm", _("encouragement to self-harm")),
    ("term", "term", _("words that are on the list of this house")),
    ("pii.*", "personal", _("somebody’s personal data")),
    ("jailbreak", "tampering", _("an attempt to talk the model out of its rules")),
    ("suffix", "tampering", _("an attempt to talk the model out of its rules")),
    ("injection.*", "tampering", _("an attempt to talk the model out of its rules")),
    ("leak.*", "leak", _("instructions that are not for readers")),
    ("exfiltration", "carries_out", _("a link or picture that carries text out")),
    ("role.*", "role", _("the character stepped out of its part")),
    ("coherence.*", "coherence", _("the reply did not hang together")),
)
OTHER = ("other", _("something that is not said here"))


def code_of(finding: str) -> str:
    return _told(finding)[0]


def sentence_of(finding: str) -> Promise:
    return _told(finding)[1]


def sentence_of_code(code: str) -> Promise:
    return next((sentence for _pattern, known, sentence in PUBLIC if known == code), OTHER[1])


def _told(finding: str) -> tuple[str, Promise]:
    for pattern, code, sentence in PUBLIC:
        if fnmatchcase(finding, pattern):
            return code, sentence
    return OTHER
