"""By what the vectors of memories were made."""

from django.db import models
from django.utils import timezone


class Recipe(models.Model):
    """One row, written with the first vector. Another model in the settings changes nothing until `manage.py memory
    reembed` has been asked to: vectors of two models must not be compared.
    """

    THE_ONE = 1

    id = models.PositiveSmallIntegerField(primary_key=True, default=THE_ONE, editable=False)
    model = models.CharField(max_length=180)
    dimensions = models.PositiveIntegerField()
    frozen_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.CheckConstraint(name="one_recipe", condition=models.Q(id=1))]

    def __str__(self) -> str:
        return f"{self.model}/{self.dimensions}"
