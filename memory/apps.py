from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MemoryConfig(AppConfig):
    name = "memory"
    verbose_name = _("Memory")

    def ready(self) -> None:
        from accounts.consents.answers import on_answer
        from accounts.erasure import on_erasure
        from accounts.guests import on_adoption
        from accounts.models import DataUse
        from accounts.privacy.holdings import hold
        from memory import checks, prompts  # noqa: F401  they register themselves
        from memory.erasure import erase_memories
        from memory.handover import hand_over
        from memory.holdings import HOLDINGS
        from memory.services.consent import follow_answer
        from memory.takeout.register import register

        on_adoption(hand_over)
        on_answer(DataUse.MEMORY, follow_answer)
        on_erasure(erase_memories)
        hold(HOLDINGS)
        register()
