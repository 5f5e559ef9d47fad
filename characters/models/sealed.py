import json
import logging
from collections.abc import Collection
from typing import Any, ClassVar, Self

from django.db import models

from accounts.encryption import Place, cipher_for, key_id_of
from accounts.errors import ContentLost

logger = logging.getLogger(__name__)


class Sealable(models.Model):
    """Some rows are private: their text lies in `sealed` alone, as JSON under its writer's key, and the columns that
    PRIVATE names are empty. Whoever reads a whole row finds the text there; `values` and `only` find nothing.

    Written by `characters.services.sealing`.
    """

    PRIVATE: ClassVar[tuple[str, ...]] = ()

    sealed = models.BinaryField(default=b"", blank=True, editable=False)

    class Meta:
        abstract = True

    @classmethod
    def from_db(cls, db: str | None, field_names: Collection[str], values: Collection[Any], **more: Any) -> Self:
        row = super().from_db(db, field_names, values, **more)
        if row.__dict__.get("sealed"):
            row._open()
        return row

    @property
    def sealed_where(self) -> Place:
        return Place(self._meta.db_table, self.pk)

    @property
    def sizes(self) -> dict[str, int]:
        """Columns that say how long a sealed text is, without opening it."""
        return {}

    @property
    def digest_key(self) -> bytes:
        """For digests that tell nothing of a private text; empty for one that is not."""
        return cipher_for(key_id_of(self.sealed)).derive("digests of passages") if self.sealed else b""

    def _open(self) -> None:
        # A talk goes on without what cannot be read any more.
        try:
            text = cipher_for(key_id_of(self.sealed)).open(self.sealed, self.sealed_where)
        except ContentLost:
            logger.warning("%s %s cannot be opened", type(self).__name__, self.pk)
            return
        for name, value in json.loads(text).items():
            setattr(self, name, value)
