from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ModerationConfig(AppConfig):
    name = "moderation"
    verbose_name = _("Moderation")

    def ready(self) -> None:
        from accounts.acts import on_acts
        from accounts.erasure import on_erasure
        from accounts.guests import on_adoption
        from accounts.judging import on_judging
        from accounts.privacy.holdings import hold
        from moderation import added, prompts  # noqa: F401  they register themselves
        from moderation.characters import Characters
        from moderation.erasure import forget_exhibits, forget_reporter
        from moderation.handover import hand_over
        from moderation.holdings import HOLDINGS
        from moderation.services.audit import record
        from moderation.services.judging import judge
        from moderation.subjects import handles

        handles("character", Characters())
        on_acts(record)
        on_adoption(hand_over)
        on_judging(judge)
        on_erasure(forget_reporter)
        on_erasure(forget_exhibits)
        hold(HOLDINGS)
