"""What lies under a master key without a data key between (`seal_for_site`), and stays in the database for long.

Mails that wait in the queue lie there so, too: the old key is kept until they are sent.
"""

import re
from typing import Any

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import transaction
from django.db.models import Model

from accounts.encryption import current_master_key_id, open_for_site, seal_for_site
from accounts.models import Departure

COLUMNS: tuple[tuple[type[Model], str], ...] = ((Authenticator, "data"), (Departure, "receipt"))
_SEALED = re.compile(r"([^:]{1,32}):[A-Za-z0-9+/]{40,}={0,2}")


def reseal_site_secrets() -> int:
    """Under the current master key; returns in how many rows. Repeatable."""
    return sum(
        _reseal(model, name, pk)
        for model, name in COLUMNS
        for pk in model._default_manager.order_by("pk").values_list("pk", flat=True).iterator()
    )


@transaction.atomic
def _reseal(model: type[Model], name: str, pk: Any) -> bool:
    row = model._default_manager.select_for_update().filter(pk=pk).first()
    if row is None:
        return False
    value = getattr(row, name)
    anew = _anew(value)
    if anew == value:
        return False
    setattr(row, name, anew)
    row.save(update_fields=[name])
    return True


def _anew(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _anew(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_anew(each) for each in value]
    found = _SEALED.fullmatch(value) if isinstance(value, str) else None
    if found is None or found[1] not in settings.MASTER_KEYS or found[1] == current_master_key_id():
        return value
    return seal_for_site(open_for_site(value))
