"""What must hold before the chat may run."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register  # noqa: A004

from accounts.cluster.place import place


@register
def lease_outlives_its_renewal(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    if settings.LEASE_SECONDS < 2 * settings.SWEEP_SECONDS / 3:
        return [
            Error("LEASE_SECONDS is too short beside SWEEP_SECONDS: living turns would be taken over.", id="chat.E001")
        ]
    return []


@register(deploy=True)
def a_cluster_is_found_by_more_than_one_node(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    if settings.REDIS_CLUSTER_URL and len(place(settings.REDIS_CLUSTER_URL).nodes) == 1:
        return [
            Warning(
                "REDIS_CLUSTER_URL names one node: while it is away, a process that starts finds none.", id="chat.W001"
            )
        ]
    return []
