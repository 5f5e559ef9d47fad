from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CharactersConfig(AppConfig):
    name = "characters"
    verbose_name = _("Characters")

    def ready(self) -> None:
        from accounts.erasure import on_erasure, on_parting
        from accounts.guests import on_adoption
        from accounts.organisations.people import on_farewell
        from accounts.privacy.holdings import hold
        from accounts.retention import Rule, on_retention
        from accounts.spending.usage import on_names
        from characters import prompts
        from characters.erasure import give_characters_away, leave_characters
        from characters.holdings import HOLDINGS
        from characters.rehearsal import Sheets
        from characters.selectors.names import character_names
        from characters.services import trash
        from characters.services.audience import forget_favourites
        from characters.services.handover import hand_over
        from characters.services.sharing import take_along
        from characters.takeout.register import register
        from inference.samples import on_stage

        on_adoption(hand_over)
        on_farewell(take_along)
        on_names(character_names)
        on_parting(give_characters_away)
        on_erasure(forget_favourites)
        on_erasure(leave_characters)
        for name in (prompts.DRAFT, prompts.PAINT):
            on_stage(name, Sheets())
        hold(HOLDINGS)
        register()
        on_retention(
            Rule(name="works", called=_("Trash of authors"), kept=_("30 days"), due=trash.due, sweep=trash.sweep)
        )
