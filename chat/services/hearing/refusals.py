"""Why somebody is not listened to, in words."""

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from accounts.errors import ProductError
from voice.hearing.caps import MOST_SECONDS
from voice.hearing.words import Refused


class NobodyListens(ProductError):
    code = "hearing_unavailable"
    status = 503
    message = _("This house cannot turn speech into text right now. Type, or let your browser do it.")


class OtherLanguage(NobodyListens):
    code = "hearing_language"
    status = 400
    message = _("The stand-in understands English only. Type, or let your browser turn speech into text.")


class ConsentNeeded(ProductError):
    code = "consent_needed"
    status = 403
    message = _("Before your voice is turned into text, say under “Privacy” that it may be.")


class NoRecording(ProductError):
    code = "no_recording"
    status = 409
    message = _("There is no recording that this belongs to. Begin a new one.")


class NotUnderstood(ProductError):
    code = "hearing_failed"
    status = 502
    message = _("What you said could not be turned into text. Say it again, or type.")


class Unusable(ProductError):
    """As the worker refuses it; `code` is its own."""

    code = "audio_unreadable"
    message = _("This is no recording that can be listened to.")


WORDS: dict[str, str | Promise] = {
    "audio_truncated": _("The recording is cut off: there is less of it than it says."),
    "audio_too_long": format_lazy(_("That was longer than {limit} seconds. Say it in parts."), limit=int(MOST_SECONDS)),
    "audio_too_large": _("The recording is too large."),
    "audio_not_sound": _("The recording holds something else than speech."),
    "audio_too_rich": _("The recording has too many channels or too many samples a second."),
    "audio_too_slow": _("The recording could not be opened in time."),
}


def in_words(refused: Refused) -> Unusable:
    limit = int(MOST_SECONDS) if refused.code == "audio_too_long" else None
    error = Unusable(WORDS.get(refused.code), limit=limit)
    error.code = refused.code
    return error
