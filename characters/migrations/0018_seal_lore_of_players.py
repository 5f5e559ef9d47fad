import json
from collections.abc import Iterator
from typing import Any

from django.db import migrations
from django.db.models import Q
from django.utils import timezone

from accounts.encryption import Place, key_id_of, unwrap
from accounts.errors import ContentLost

EMPTY = {
    "Lorebook": {"description": "", "source": ""},
    "LoreEntry": {"name": "", "content": "", "keys": [], "secondary_keys": [], "group": "", "source": ""},
}
AT_ONCE = 500


def seal(apps, schema_editor):
    """Everything but a character's lore, under the key of whose it is."""
    alias = schema_editor.connection.alias
    models = {name: apps.get_model("characters", name) for name in ("Lorebook", "LoreEntry", "Passage")}
    books = models["Lorebook"].objects.using(alias).exclude(scope="character").filter(owner__isnull=False)
    for owner_id in books.order_by("owner").values_list("owner", flat=True).distinct():
        key = _keys(apps, alias).filter(owner=owner_id, purpose="user", destroyed_at=None).first()
        if key is None:
            continue  # they are about to go
        cipher = unwrap(key.pk, key.owner_id, key.kek_id, key.wrapped)
        mine = books.filter(owner=owner_id)
        within = Q(book__in=mine) | Q(removal__book__in=mine)
        entries = models["LoreEntry"].objects.using(alias).filter(within)
        for name, rows in (("Lorebook", mine), ("LoreEntry", entries)):
            for batch in _batches(rows.filter(sealed=b"")):
                for row in batch:
                    text = json.dumps({field: getattr(row, field) for field in EMPTY[name]}, ensure_ascii=False)
                    row.sealed = cipher.seal(text, Place(row._meta.db_table, row.pk))
                    if name == "LoreEntry":
                        row.sealed_letters = len(row.content)
                    for field, nothing in EMPTY[name].items():
                        setattr(row, field, nothing)
                _save(rows, batch, name)
        # Their digests are keyed now: the vectors stay in use until they are read again.
        passages = models["Passage"].objects.using(alias).filter(entry__in=entries)
        mine.filter(entries__passages__in=passages).update(try_at=timezone.now())
        passages.update(text="", digest="")


def unseal(apps, schema_editor):
    alias = schema_editor.connection.alias
    ciphers: dict[Any, Any] = {}
    for name in EMPTY:
        rows = apps.get_model("characters", name).objects.using(alias)
        for batch in _batches(rows.exclude(sealed=b"")):
            for row in batch:
                key_id = key_id_of(row.sealed)
                try:
                    if key_id not in ciphers:
                        key = _keys(apps, alias).get(pk=key_id)
                        ciphers[key_id] = unwrap(key.pk, key.owner_id, key.kek_id, key.wrapped)
                    text = ciphers[key_id].open(row.sealed, Place(row._meta.db_table, row.pk))
                except ContentLost:
                    text = "{}"
                for field, value in json.loads(text).items():
                    setattr(row, field, value)
                row.sealed = b""
            _save(rows, batch, name)


def _keys(apps: Any, alias: str) -> Any:
    return apps.get_model("accounts", "DataKey").objects.using(alias)


def _batches(rows: Any) -> Iterator[list[Any]]:
    """Each batch no longer answers to the question once it is saved."""
    while batch := list(rows.order_by("pk")[:AT_ONCE]):
        yield batch


def _save(rows: Any, batch: list[Any], name: str) -> None:
    sizes = ["sealed_letters"] if name == "LoreEntry" else []
    rows.model._default_manager.using(rows.db).bulk_update(batch, ["sealed", *sizes, *EMPTY[name]])


class Migration(migrations.Migration):
    dependencies = [
        ("characters", "0017_lore_of_players_is_sealed"),
        ("accounts", "0007_reading_of_plans"),
    ]

    operations = [migrations.RunPython(seal, unseal, elidable=True)]
