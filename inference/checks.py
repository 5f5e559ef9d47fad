"""A model address that cannot work stops the start and names its setting."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register  # noqa: A004

from inference import plugins
from inference.address import UnusableAddress, checked_base


@register()
def model_address_is_usable(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:
    try:
        checked_base(settings.MODEL_BASE_URL)
    except UnusableAddress as error:
        return [Error(f"OPENAI_BASE_URL: {error}", id="inference.E001")]
    return []


@register()
def packages_can_be_used(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:
    """What a package adds and cannot be used is left out; the start goes on."""
    return [
        Warning(f"{each} is left out: {each.problem}", id="inference.W001")
        for each in plugins.all_plugins()
        if each.problem
    ]
