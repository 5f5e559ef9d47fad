"""A text to be said, as SSML 1.1: for servers that say they take it. Pure."""

import re
from xml.sax.saxutils import escape, quoteattr

from inference.base import SpeechRequest

NAMESPACE = "http://www.w3.org/2001/10/synthesis"
SOFT, LOUD = 0.9, 1.1
# What no XML can hold, escaped or not.
_UNWRITABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def ssml_of(request: SpeechRequest) -> str:
    """A document. Rate and pitch are relative, loudness in words: what all readers of SSML take alike."""
    said = escape(_UNWRITABLE.sub(" ", request.text))
    if request.emphasis:
        said = f"<emphasis level={quoteattr(request.emphasis)}>{said}</emphasis>"
    if prosody := _prosody(request):
        said = f"<prosody {prosody}>{said}</prosody>"
    language = "zh-CN" if any("\u3400" <= letter <= "\u9fff" for letter in request.text) else "en-US"
    return f'<speak version="1.1" xmlns="{NAMESPACE}" xml:lang="{language}">{said}</speak>'


def _prosody(request: SpeechRequest) -> str:
    told = {}
    if request.speed != 1.0:
        told["rate"] = f"{round(request.speed * 100)}%"
    if pitch := round((request.pitch - 1.0) * 100):
        told["pitch"] = f"{pitch:+d}%"
    if not SOFT < request.volume < LOUD:
        told["volume"] = "soft" if request.volume <= SOFT else "loud"
    return " ".join(f"{name}={quoteattr(value)}" for name, value in told.items())
