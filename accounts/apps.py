from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _

from inference import registry, shared


class AccountsConfig(AppConfig):
    name = "accounts"
    label = "accounts"
    verbose_name = _("Accounts")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from accounts import plans, receivers, scripts  # noqa: F401  receivers register themselves
        from accounts.holdings import HOLDINGS
        from accounts.privacy import guests, logs
        from accounts.privacy.holdings import hold
        from accounts.retention import Rule, on_retention
        from accounts.takeout.register import register

        hold(HOLDINGS)
        register()
        on_retention(
            Rule(name="guests", called=_("Guests"), kept=_("30 days"), due=guests.due, sweep=guests.sweep),
            Rule(name="logs", called=_("Logs"), kept=_("90 days"), due=logs.due, sweep=logs.sweep),
        )
        shared.use(scripts.run_shared)
        registry.bound_windows(plans.window_of)
        # The migration makes the plans; a flushed database (tests) gets them back here.
        post_migrate.connect(plans.ensure_plans, sender=self, dispatch_uid="accounts.plans")
