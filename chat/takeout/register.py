"""What of talks goes out with a take-out, and comes in: told to `accounts` once, in `apps.py`."""

from accounts.restore.work import after_all, before_all, comes_after, may_meet, restores, restores_all
from accounts.takeout.build import also_takes
from accounts.takeout.pages import chapter
from accounts.takeout.rows import reads
from chat.services import restoring
from chat.services.plays import restoring as plays
from chat.takeout.lines import LINE, lines_of
from chat.takeout.pages import MODELS, write_talks
from chat.takeout.sections import MET, NOTE, STORY, characters_met, feedback_of, notes_of, stories_met

MEETING = ("chat.CastMember", "chat.FormerMember", "chat.UsualPart", "characters.Favourite")


def register() -> None:
    reads("chat.Message", lines_of, LINE)
    reads("memory.SessionNote", notes_of, NOTE)
    reads("chat.Feedback", feedback_of)
    also_takes("characters_met", characters_met, MET)
    also_takes("stories_met", stories_met, STORY)
    chapter(MODELS, write_talks)

    before_all(restoring.meet)
    before_all(plays.meet_stories)
    may_meet(*MEETING, "chat.Play", "chat.EndingMet")
    restores_all("chat.Folder", restoring.take_folders)
    restores("chat.Conversation", restoring.take_talk)
    restores("chat.Participant", restoring.take_part)
    restores("chat.CastMember", restoring.take_cast)
    restores("chat.FormerMember", restoring.take_cast)
    restores_all("chat.Message", restoring.take_lines)
    restores("chat.Checkpoint", restoring.take_place)
    restores("chat.Rating", restoring.take_rating)
    restores("memory.SessionNote", restoring.take_note)
    comes_after("chat.Message", "chat.CastMember")
    for model in ("chat.Checkpoint", "chat.Rating", "memory.SessionNote", "chat.PlayEntry"):
        comes_after(model, "chat.Message")
    restores_all("chat.Play", plays.take_plays)
    restores("chat.PlayEntry", plays.take_entry)
    restores("chat.EndingMet", plays.take_ending)
    restores("chat.Feedback", plays.take_feedback)
    for model in (*MEETING, "memory.Pair"):
        comes_after(model, "chat.Play")
    for model in ("chat.EndingMet", "chat.Feedback"):
        comes_after(model, "chat.PlayEntry")
    after_all(plays.end_unbegun)
    after_all(restoring.seat)
