from allauth.account.apps import AccountConfig
from allauth.mfa.apps import MFAConfig
from allauth.socialaccount.apps import SocialAccountConfig
from django.apps import AppConfig
from django.contrib.staticfiles.apps import StaticFilesConfig
from django.utils.translation import gettext_lazy as _

from config.absent import absent


class ConfigConfig(AppConfig):
    name = "config"
    default = True

    def ready(self) -> None:
        # Tasks bind to the application that exists when they are first sent.
        from config import celery, pooling  # noqa: F401  checks register themselves
        from config.outage import look_again_sooner

        with absent("requests"):  # for a client of tests
            import rest_framework.compat  # noqa: F401

        look_again_sooner()


class EmailAddresses(AccountConfig):
    """allauth's, whose name beside our accounts would be "Accounts" too."""

    verbose_name = _("E-mail addresses")


class SecondFactors(MFAConfig):
    verbose_name = _("Second factors")


class Identities(SocialAccountConfig):
    verbose_name = _("Identities at other sites")

    def ready(self) -> None:
        """As allauth's, but for the providers: those are loaded when one is asked for (accounts.identity)."""
        from allauth.socialaccount import checks  # noqa: F401  they register themselves


class CollectedFiles(StaticFilesConfig):
    """Leaves out what no page uses; some of htmx's extensions quote imports in comments that lead nowhere."""

    ignore_patterns = [*StaticFilesConfig.ignore_patterns, "django_htmx/ext/*", "django_htmx/htm*4*"]
