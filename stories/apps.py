from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StoriesConfig(AppConfig):
    name = "stories"
    verbose_name = _("Stories")

    def ready(self) -> None:
        from accounts.erasure import on_erasure, on_parting
        from accounts.guests import on_adoption
        from accounts.privacy.holdings import hold
        from characters.preset_loading import on_loading
        from characters.selectors import also_visible
        from moderation.subjects import handles
        from stories.erasure import give_stories_away, hand_over, leave_stories
        from stories.expressions import statements  # noqa: F401  it registers itself
        from stories.holdings import HOLDINGS
        from stories.loading import load_stories
        from stories.reported import Stories
        from stories.selectors import parts_open_to
        from stories.takeout.register import register

        also_visible(parts_open_to)
        handles("story", Stories())
        on_adoption(hand_over)
        on_parting(give_stories_away)
        on_erasure(leave_stories)
        on_loading(load_stories)
        hold(HOLDINGS)
        register()
