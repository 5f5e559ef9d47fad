from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class VoiceConfig(AppConfig):
    name = "voice"
    verbose_name = _("Speech")

    def ready(self) -> None:
        from accounts.consents.answers import on_answer
        from accounts.erasure import on_erasure
        from accounts.guests import on_adoption
        from accounts.models import DataUse
        from accounts.privacy.holdings import hold
        from accounts.retention import Rule, on_retention
        from voice.erasure import erase_sound
        from voice.handover import hand_over
        from voice.holdings import HOLDINGS
        from voice.services import clips, recordings

        on_adoption(hand_over)
        on_answer(DataUse.RECORDINGS, recordings.agreed_or_not)
        on_erasure(erase_sound)
        hold(HOLDINGS)
        on_retention(
            Rule(
                name="speech",
                called=_("Spoken replies"),
                kept=_("As the operator says; 30 days where they say nothing"),
                due=clips.due,
                sweep=clips.sweep,
            ),
            Rule(
                name="recordings",
                called=_("Recordings"),
                kept=_("30 days, or as the operator says (CLIPS_DAYS)"),
                due=recordings.due,
                sweep=recordings.sweep,
            ),
        )
