"""A person whose every text, in every table, carries one mark."""

import secrets
from datetime import timedelta
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import IntegrityError, connection, models, transaction
from django.utils import timezone

from accounts.ids import uuid7
from accounts.models import User
from accounts.privacy.holdings import personal
from tests.factories import UserFactory

# Rows that the account begins with, or whose columns hold nothing that anybody writes.
# What staff wrote of something else than this person; and codes that filters and moderators choose.
OF_OTHERS = {"moderation_report.note", "moderation_case.rule", "moderation_case.stood"}
UNMARKED = {"accounts.DataKey", "accounts.Session", "accounts.ModelUse"}

NOT_ONESELF = {"characters.Follow.creator", "accounts.Block.blocked"}
# What the database insists on beyond the columns' own rules.
RULES: dict[str, dict[str, Any]] = {
    "accounts.Cap": {"scope": "person", "tokens": 1},
    "accounts.DataKey": {"purpose": "conversation"},
    # One that is over: while one stands, nobody is erased.
    "accounts.LegalHold": {
        "placed_at": timezone.now() - timedelta(days=2),
        "until": timezone.now() - timedelta(days=1),
    },
    "characters.Lorebook": {"scope": "account"},
}


class Canary:
    """`known` holds the rows that others hang on, by model: the account, a character, a talk."""

    def __init__(self, user: User, *known: models.Model) -> None:
        self.user = user
        self.mark = secrets.token_hex(16)
        self._known: dict[type[models.Model], models.Model] = {type(row): row for row in (user, *known)}
        self.columns: set[str] = set()

    def plant(self) -> None:
        """In every model that is somebody's a row of theirs, marked wherever there is room for it."""
        self.be_everywhere()
        for holding in personal():
            if holding.model not in UNMARKED:
                for row in holding.of(self.user):
                    self._mark(holding.rows, row)

    def be_everywhere(self) -> None:
        """With a row in every model that is somebody's."""
        for holding in personal():
            if not holding.of(self.user).exists():
                self._make(holding.rows, holding.whose.partition("__")[0])
            assert holding.of(self.user).exists(), holding.model

    def mark_row(self, row: models.Model) -> None:
        self._mark(type(row), row)

    def _make(self, model: type[models.Model], towards: str = "") -> models.Model:
        fields = [field for field in model._meta.local_concrete_fields if field.name == towards or _needed(field)]
        values = {field.name: self._value(field) for field in fields} | RULES.get(model._meta.label, {})
        row = model._base_manager.create(**values)
        self._known.setdefault(model, row)
        return row

    def _value(self, field: Any) -> Any:
        if field.is_relation:
            other = field.related_model
            found = self._known.get(other)
            if f"{field.model._meta.label}.{field.name}" in NOT_ONESELF:
                return UserFactory()
            if found is None or (field.unique and field.model._base_manager.filter(**{field.name: found}).exists()):
                return self._make(other, _towards(other))
            return found
        if field.choices:
            return field.choices[0][0]
        if isinstance(field, (models.IntegerField, models.FloatField, models.DecimalField)):
            return 1
        return {
            models.UUIDField: self.user.pk if field.name == "user_id" else uuid7(),
            models.DateTimeField: timezone.now(),
            models.DateField: timezone.now().date(),
            models.BooleanField: False,
            models.JSONField: [],
            models.BinaryField: secrets.token_bytes(32),
            ArrayField: [],
        }.get(type(field), "x")

    def _mark(self, model: type[models.Model], row: models.Model) -> None:
        for field in model._meta.local_concrete_fields:
            value = self._marked(field)
            column = f"{model._meta.db_table}.{field.name}"
            if value is None or field.primary_key or field.is_relation or field.choices or column in OF_OTHERS:
                continue
            try:
                with transaction.atomic():
                    model._base_manager.filter(pk=row.pk).update(**{field.name: value})
            except IntegrityError:
                continue  # a rule of the database wants something else there
            self.columns.add(column)

    def _marked(self, field: Any) -> Any:
        if isinstance(field, models.BinaryField):
            # Behind the head of a sealed text, which is a version and a key's id.
            return secrets.token_bytes(17) + bytes.fromhex(self.mark) + secrets.token_bytes(40)
        if isinstance(field, models.JSONField):
            return [self.mark]
        if isinstance(field, models.EmailField):
            return f"{self.mark}@example.com"
        if isinstance(field, models.CharField) and (field.max_length or 99) < 16:
            return None
        if isinstance(field, (models.CharField, models.TextField)):
            return self.mark[: getattr(field, "max_length", None) or 32]
        return None

    def found(self) -> set[str]:
        """Tables in which the mark stands, in words or in bytes; half of it counts."""
        return tables_with(self.mark[:16])


def _needed(field: Any) -> bool:
    given = field.null or field.has_default() or field.auto_created or getattr(field, "auto_now_add", False)
    return not given and not isinstance(field, models.CompositePrimaryKey)


def _towards(model: type[models.Model]) -> str:
    return next((each.whose.partition("__")[0] for each in personal() if each.rows is model), "")


def tables_with(text: str) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("select relname from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace")
        tables = [name for (name,) in cursor.fetchall()]
        found = set()
        for table in tables:
            cursor.execute(f'select exists (select from "{table}" t where t::text like %s)', [f"%{text}%"])
            if cursor.fetchone()[0]:
                found.add(table)
    return found
