from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ChatConfig(AppConfig):
    name = "chat"
    verbose_name = _("Conversations")

    def ready(self) -> None:
        from accounts.api_keys import on_end
        from accounts.consents.answers import on_answer
        from accounts.erasure import on_erasure, on_parting
        from accounts.guests import on_adoption
        from accounts.models import DataUse, Purpose
        from accounts.personas import on_succession
        from accounts.privacy.holdings import hold
        from accounts.retention import Rule, on_retention
        from accounts.rotation import on_exchange
        from accounts.sanctions import on_keeping_out
        from accounts.sessions import on_ended_sessions
        from accounts.spending.spend import on_recovery
        from accounts.terms import on_other_plan
        from characters.selectors import also_visible
        from characters.selectors.lore import on_talks
        from chat import checks, receivers  # noqa: F401  they register themselves
        from chat.erasure import erase_conversations
        from chat.handover import hand_over, play_on
        from chat.holdings import HOLDINGS
        from chat.lore_talks import LoreTalks
        from chat.prompts.templates import PLAY, REPLY, ROOM
        from chat.rehearsal import Talks
        from chat.reported import Lines, Players, Rooms, WholeTalks
        from chat.selectors import versions_in_talks
        from chat.selectors.outcomes import read_outcomes
        from chat.selectors.plays import versions_in_plays
        from chat.selectors.retention import due_counts
        from chat.services import retention, trash
        from chat.services.exchange import exchange_key_of_talk, keys_of_talks
        from chat.services.rooms.room import hand_on_rooms
        from chat.services.turns.under_way import turns_under_way
        from chat.takeout.register import register
        from inference.experiments.outcomes import on_outcomes
        from inference.experiments.subjects import made_for_talks
        from inference.prompts import shipped
        from inference.samples import on_stage
        from moderation.subjects import handles, keeps_talks
        from stories.selectors import also_visible as also_playable

        for kind, subject in (("message", Lines()), ("player", Players()), ("room", Rooms())):
            handles(kind, subject)
        keeps_talks(WholeTalks())
        on_adoption(hand_over)
        on_answer(DataUse.EMOTION, receivers.feelings_may_be_read)
        on_parting(hand_on_rooms)
        on_recovery(turns_under_way)
        on_erasure(erase_conversations)
        on_exchange(Purpose.CONVERSATION, exchange_key_of_talk, keys_of_talks)
        on_keeping_out(receivers.close_what_is_over)
        on_ended_sessions(receivers.close_what_is_over)
        on_end(receivers.key_has_ended)
        on_other_plan(receivers.has_another_plan)
        on_succession(play_on)
        also_visible(versions_in_talks)
        also_playable(versions_in_plays)
        for name in (REPLY, ROOM, PLAY):
            on_stage(name, Talks())
        made_for_talks(REPLY, ROOM, PLAY)
        on_outcomes(read_outcomes)
        shipped()  # one that does not fit stops the start, not a turn
        on_talks(LoreTalks())
        hold(HOLDINGS)
        register()
        on_retention(
            Rule(
                name="talks",
                called=_("Lines of talks"),
                kept=_("As people chose; two years at most"),
                due=due_counts,
                sweep=retention.sweep,
            ),
            Rule(name="trash", called=_("Trash of talks"), kept=_("30 days"), due=trash.due, sweep=trash.sweep),
        )
