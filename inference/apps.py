from django.apps import AppConfig


class InferenceConfig(AppConfig):
    name = "inference"
    verbose_name = "Models"

    def ready(self) -> None:
        import inference.checks  # noqa: F401  registers itself
