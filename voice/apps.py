from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class VoiceConfig(AppConfig):
    name = "voice"
    verbose_name = _("Speech")

    def ready(self) -> None:
        from accounts.erasure import on_erasure
        from accounts.guests import on_adoption
        from accounts.privacy.holdings import hold
        from accounts.retention import Rule, on_retention
        from voice.erasure import erase_clips
        from voice.handover import hand_over
        from voice.holdings import HOLDINGS
        from voice.services import clips

        on_adoption(hand_over)
        on_erasure(erase_clips)
        hold(HOLDINGS)
        on_retention(
            Rule(
                name="speech",
                called=_("Spoken replies"),
                kept=_("As the operator says; 30 days where they say nothing"),
                due=clips.due,
                sweep=clips.sweep,
            )
        )
