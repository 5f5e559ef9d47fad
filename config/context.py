from typing import Any

from django.conf import settings
from django.http import HttpRequest

from inference.catalogue import current


def site(request: HttpRequest) -> dict[str, Any]:
    """What every page may show about the site itself."""
    alone = settings.STANDIN_ANSWERS and not current().offers
    return {"STANDIN_ANSWERS": alone, "CHAT_MODEL": settings.CHAT_MODEL}
