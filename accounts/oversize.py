"""Requests that Django stops reading: what there was too much of, and how much is taken."""

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.errors import TooLarge

MB = 1024 * 1024


def too_much(error: Exception | None) -> TooLarge | None:
    """The error with its sentence, or None when it is of another kind."""
    match error:
        case TooManyFilesSent():
            limit = settings.DATA_UPLOAD_MAX_NUMBER_FILES
            said = ngettext(
                "At most %(limit)s file can be sent at once. Nothing was taken: go back and choose fewer.",
                "At most %(limit)s files can be sent at once. Nothing was taken: go back and choose fewer.",
                limit,
            )
        case TooManyFieldsSent():
            limit = settings.DATA_UPLOAD_MAX_NUMBER_FIELDS
            said = _("This form has too many fields: at most %(limit)s can be sent at once.")
        case RequestDataTooBig():
            return body_too_large(settings.DATA_UPLOAD_MAX_MEMORY_SIZE)
        case _other:
            return None
    return TooLarge(said % {"limit": limit}, limit=limit)


def body_too_large(limit: int) -> TooLarge:
    """`limit` in bytes."""
    return TooLarge(_("At most %(limit)s MB can be sent at once.") % {"limit": limit // MB}, limit=limit)
