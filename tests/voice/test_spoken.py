"""Sentences that several listeners of a process share, and how long they are kept."""

import asyncio
import gc

from accounts.ids import uuid7
from chat.live.text import LiveTurn
from chat.services.aloud.spoken import Hear, sentences_of
from voice.speaking.script import Passage
from voice.speaking.voices import Voice


async def test_sound_is_kept_no_longer_than_somebody_says_it() -> None:
    turn = LiveTurn(
        turn_id=uuid7(), message_id=uuid7(), conversation_id=uuid7(), parent_id=uuid7(), character_id=None, kind="chat"
    )
    passage, voice = Passage("Good evening."), Voice()
    asked = 0

    async def ask(hear: Hear) -> None:
        nonlocal asked
        asked += 1
        hear(b"sound")

    heard = bytearray()
    one, other = sentences_of(turn), sentences_of(turn)
    await asyncio.gather(*(each.say(passage, voice, ask, heard.extend) for each in (one, other)))
    assert (asked, bytes(heard)) == (1, b"soundsound")
    del one, other
    gc.collect()
    await sentences_of(turn).say(passage, voice, ask, heard.extend)
    assert asked == 2
