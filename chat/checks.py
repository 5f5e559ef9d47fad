"""What must hold before the chat may run."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register


@register
def lease_outlives_its_renewal(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    if settings.LEASE_SECONDS < 2 * settings.SWEEP_SECONDS / 3:
        return [
            Error("LEASE_SECONDS is too short beside SWEEP_SECONDS: living turns would be taken over.", id="chat.E001")
        ]
    return []
