from django.db import models
from django.utils.translation import gettext_lazy as _


class AuditEntry(models.Model):
    """One thing that somebody with power did. A trigger refuses to change or delete a row.

    `mark` is SHA-256 over this row's fields and the mark of the row before it (`moderation.services.audit`), so that
    what was changed around the trigger shows. `actor` and `subject` are bare ids: an entry outlives whom it is about,
    and says nothing of them but the id. `detail` holds codes, ids and numbers, never anybody's words.
    """

    number = models.BigIntegerField(primary_key=True, editable=False)
    at = models.DateTimeField(_("when"), editable=False)
    actor = models.UUIDField(_("who"), null=True, editable=False)  # null: the platform itself
    action = models.CharField(_("what"), max_length=40, editable=False)
    kind = models.CharField(_("of what kind"), max_length=20, editable=False)
    subject = models.UUIDField(_("to what"), null=True, editable=False)
    detail = models.JSONField(_("details"), default=dict, editable=False)
    before = models.BinaryField(max_length=32, editable=False)
    mark = models.BinaryField(max_length=32, editable=False)

    class Meta:
        ordering = ("-number",)
        verbose_name = _("entry of the audit log")
        verbose_name_plural = _("entries of the audit log")
        indexes = (
            models.Index(name="audit_by_subject", fields=("subject", "-number")),
            models.Index(name="audit_by_actor", fields=("actor", "-number")),
        )

    def __str__(self) -> str:
        return str(self.number)
