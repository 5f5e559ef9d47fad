"""A few words of a character, to hear a voice by."""

from characters.macros import STRANGER, expand_names
from characters.models import Draft
from voice.services.clips import Said
from voice.services.playing import Line, first_of
from voice.speaking.script import passages_of
from voice.speaking.voices import Voice

LETTERS = 160
WITHOUT_WORDS = {
    "en": "Good evening. Sit down, and tell me what brings you here.",
    "zh-hans": "晚上好。请坐，告诉我，是什么风把你吹来的？",
}


def sample_of(draft: Draft, voice: Voice) -> Line:
    """The beginning of its first opening, without what is done; a line of the house where it has none yet."""
    greetings = draft.content.get("greetings")
    written = greetings[0] if isinstance(greetings, list) and greetings and isinstance(greetings[0], str) else ""
    name = draft.content.get("name")
    text = expand_names(written, char=name if isinstance(name, str) else "", user=STRANGER[draft.language])
    spoken = [each for each in passages_of(text) if each.kind == "speech"]
    words = " ".join(each.text for each in first_of(spoken, LETTERS)) or WITHOUT_WORDS[draft.language]
    return Line(Said(words, voice, False), character_id=draft.character_id)
