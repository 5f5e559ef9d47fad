from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CharactersConfig(AppConfig):
    name = "characters"
    verbose_name = _("Characters")

    def ready(self) -> None:
        from accounts.erasure import on_erasure
        from accounts.guests import on_adoption
        from accounts.spending.usage import on_names
        from characters import prompts
        from characters.erasure import leave_characters
        from characters.rehearsal import Sheets
        from characters.selectors.names import character_names
        from characters.services.audience import forget_favourites
        from characters.services.handover import hand_over
        from inference.samples import on_stage

        on_adoption(hand_over)
        on_names(character_names)
        on_erasure(forget_favourites)
        on_erasure(leave_characters)
        for name in (prompts.DRAFT, prompts.PAINT):
            on_stage(name, Sheets())
