from django.db import models
from django.utils.translation import gettext_lazy as _


class Readable(models.Model):
    """What an embedding model reads in the background (characters/services/tries.py).

    `try_at` is when it is asked for again if nothing has come of it by then; None: all is read, or given up. `failure`
    says why the last try came to nothing: the code of a ModelError.
    """

    failure = models.CharField(max_length=40, blank=True, default="")
    tries = models.PositiveSmallIntegerField(_("tries after the first"), default=0)
    try_at = models.DateTimeField(_("next try"), null=True, blank=True)

    class Meta:
        abstract = True
