from typing import Any

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, Any]:
    """What every page may show about the site itself."""
    return {"STANDIN_ANSWERS": settings.STANDIN_ANSWERS, "CHAT_MODEL": settings.CHAT_MODEL}
