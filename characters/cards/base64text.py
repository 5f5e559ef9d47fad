"""Base64 as cards carry it: line breaks, missing padding, the URL alphabet; anything else is refused."""

import base64
import binascii
import re

from django.utils.translation import gettext_lazy as _

from characters.cards.errors import CardError

_SPACE = re.compile(rb"[\s\x00]+")
_URL_ALPHABET = bytes.maketrans(b"-_", b"+/")


def decode_base64(text: bytes, *, field: str) -> bytes:
    """Raises CardError."""
    packed = _SPACE.sub(b"", text).translate(_URL_ALPHABET).rstrip(b"=")
    try:
        if len(packed) % 4 == 1:
            raise binascii.Error
        return base64.b64decode(packed + b"=" * (-len(packed) % 4), validate=True)
    except binascii.Error as error:
        raise CardError(
            "not_base64", _("The card inside the picture is damaged: no valid base64."), field=field
        ) from error
