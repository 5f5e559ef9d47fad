"""A picture by the OpenAI protocol: what is asked, and what counts as an answer."""

import base64
import binascii
from typing import Any

from inference.base import BrokenStream, ImageRequest

MAX_BYTES = 24 * 1024 * 1024


def arguments(request: ImageRequest) -> dict[str, Any]:
    """What was not asked for is left out. gpt-image models always send the picture itself and refuse to be told so."""
    optional = {
        "size": request.size,
        "user": request.user,
        "response_format": None if request.model.startswith("gpt-image") else "b64_json",
    }
    return {"model": request.model, "prompt": request.prompt, "n": 1} | {k: v for k, v in optional.items() if v}


def picture_of(answer: Any) -> bytes:
    """The picture in the answer. An address is not followed: it could lead anywhere."""
    packed = answer.data[0].b64_json if answer.data else None
    if not packed:
        raise BrokenStream("no picture in the answer", code="malformed")
    if len(packed) > MAX_BYTES * 4 // 3:
        raise BrokenStream("picture too large", code="oversized")
    try:
        return base64.b64decode(packed, validate=True)
    except binascii.Error as error:
        raise BrokenStream("no base64", code="malformed") from error
