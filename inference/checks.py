"""A model address that cannot work stops the start and names its setting."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from inference.address import UnusableAddress, checked_base


@register()
def model_address_is_usable(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:
    try:
        checked_base(settings.MODEL_BASE_URL)
    except UnusableAddress as error:
        return [Error(f"OPENAI_BASE_URL: {error}", id="inference.E001")]
    return []
