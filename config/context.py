from typing import Any

from django.conf import settings
from django.http import HttpRequest

from accounts.models import CapAlarm, User
from accounts.spending import caps
from accounts.spending.alarms import notice_for
from inference.catalogue import current


def site(request: HttpRequest) -> dict[str, Any]:
    """What every page may show about the site itself."""
    alone = settings.STANDIN_ANSWERS and not current().offers
    return {"STANDIN_ANSWERS": alone, "CHAT_MODEL": settings.CHAT_MODEL, "CAP_ALARM": _alarm(request)}


def _alarm(request: HttpRequest) -> CapAlarm | None:
    if caps.current().is_empty or not getattr(request, "user", None) or not isinstance(request.user, User):
        return None
    return notice_for(request.user)
