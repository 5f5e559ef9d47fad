from django.apps import AppConfig


class ConfigConfig(AppConfig):
    name = "config"

    def ready(self) -> None:
        # Tasks bind to the application that exists when they are first sent.
        from config import celery  # noqa: F401
