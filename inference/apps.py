from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InferenceConfig(AppConfig):
    name = "inference"
    verbose_name = _("Models")

    def ready(self) -> None:
        from django.db.models.signals import post_migrate

        import inference.checks  # noqa: F401  registers itself

        post_migrate.connect(_write_down_shipped, sender=self)


def _write_down_shipped(sender: AppConfig, **kwargs: Any) -> None:
    """After every migration: that is when a release came."""
    from django.db import connections

    from inference.models import PromptVersion
    from inference.services.prompts import write_down_shipped

    alias = kwargs.get("using", "default")
    if PromptVersion._meta.db_table in connections[alias].introspection.table_names():
        write_down_shipped()
