"""Somebody who talks and does what their browser does when the line breaks: come back by the front door, say again what
was not acknowledged, ask for what was missed.
"""

import asyncio
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from websockets.exceptions import InvalidHandshake, WebSocketException

from accounts.ids import uuid7
from chat.models import Conversation, Turn
from tests.chat.client import Frame, NothingCame, Page, spoken
from tests.chat.stage import Player, Stage, in_database
from tests.nodes.site import Site

BROKEN = (NothingCame, WebSocketException, InvalidHandshake, OSError, TimeoutError)
PATIENCE = 8.0  # seconds without a frame until somebody looks whether the line is dead


class Refused(NothingCame):
    """Not now, says the node: it is leaving, or does not get at something."""


@dataclass
class Line:
    """Something said, and what came of it."""

    text: str
    client_id: UUID = field(default_factory=uuid7)
    ack: Frame | None = None
    end: Frame | None = None
    reply_id: str = ""
    chunks: list[Frame] = field(default_factory=list)

    @property
    def last_seq(self) -> int:
        return self.chunks[-1]["seq"] if self.chunks else 0


class Visitor:
    def __init__(self, site: Site, stage: Stage, player: Player, talk: Conversation) -> None:
        self.site, self.stage, self.player, self.talk = site, stage, player, talk
        self.page: Page | None = None
        self.lines: list[Line] = []
        self.drops = 0
        self.met: list[str] = []  # the address of each node that this line was led to

    @classmethod
    async def come(cls, site: Site, stage: Stage, model: str) -> "Visitor":
        player = await stage.player()
        return cls(site, stage, player, await stage.talk(player, model))

    async def talk_until(self, enough: asyncio.Event) -> None:
        while not enough.is_set():
            await self.say(f"Line {len(self.lines) + 1}, and tell me more.")

    async def say(self, text: str) -> Line:
        """Until the reply has ended, however often the line breaks."""
        line = Line(text)
        self.lines.append(line)
        while line.end is None:
            try:
                await self._see_through(line)
            except BROKEN:
                self.drops += 1
                await self.leave()
                await asyncio.sleep(0.2)  # a page waits longer
        return line

    async def open(self) -> Page:
        if self.page is None:
            url = f"wss{self.site.origin.removeprefix('https')}/ws/chat/{self.talk.pk}/"
            page = await Page.open(
                url, cookie=self.player.cookie, origin=self.site.origin, ssl=self.site.trust, open_timeout=PATIENCE
            )
            response: Any = page.line.response
            self.met.append(response.headers["X-Answered-By"].rpartition(", ")[2].partition(":")[0])
            self.page = page
        return self.page

    async def leave(self) -> None:
        if self.page is not None:
            self.page.cut()
            self.page = None

    async def _see_through(self, line: Line) -> None:
        page, begun = await self.open(), line.ack is not None
        if line.ack is None:
            await page.send("chat", client_id=line.client_id, content=line.text)
            answer = await page.wait_for("ack", "error", client_id=str(line.client_id), within=PATIENCE)
            if answer["type"] == "error":
                raise Refused(str(answer))
            line.ack = answer
        turn_id = line.ack["turn_id"]
        if begun:
            line.reply_id = line.reply_id or await in_database(lambda: str(Turn.objects.get(pk=turn_id).reply_id))
            await page.send("resume", message_id=line.reply_id, last_seq=line.last_seq)
        await self._listen(page, line, turn_id)

    async def _listen(self, page: Page, line: Line, turn_id: str) -> None:
        while line.end is None:
            frame = await page.receive(PATIENCE)
            if frame["type"] == "ai_status" and frame["turn_id"] == turn_id:
                line.reply_id = frame["message_id"]
            elif frame["type"] == "ai_chunk" and frame["message_id"] == line.reply_id:
                if frame["seq"] > line.last_seq:
                    line.chunks.append(frame)
            elif frame["type"] == "ai_end" and frame["turn_id"] == turn_id:
                line.end = frame


async def assert_kept(visitors: list[Visitor], *, whole: str) -> dict[str, int]:
    """Every acknowledged line is stored once, with what it said; every reply is there, and complete or marked. Returns
    the number of replies of each status.
    """
    found: dict[str, int] = {}
    for visitor in visitors:
        stored = {each.id: each for each in await visitor.stage.messages(visitor.talk)}
        said = [each.text for each in stored.values() if each.role == "player"]
        assert said == [line.text for line in visitor.lines], "lost, doubled, or out of order"
        for line in visitor.lines:
            assert line.ack is not None
            assert line.end is not None
            assert stored[line.ack["message_id"]].text == line.text
            status = line.end["status"]
            found[status] = found.get(status, 0) + 1
            if line.end["full_content"]:
                reply = stored[line.end["message_id"]]
                assert (reply.text, reply.status) == (line.end["full_content"], status)
            # Word by word without a gap or an overlap, as far as it was heard; the rest comes whole with the end.
            assert whole.startswith(spoken(line.chunks))
            if status == "complete":
                assert line.end["full_content"] == whole
            else:
                assert status == "interrupted"
                assert whole.startswith(line.end["full_content"])
    return found
