"""What a turn has said so far in this process, and who is watching it."""

from __future__ import annotations

import asyncio
from typing import Protocol
from uuid import UUID

from chat import protocol
from chat.scene import FOR_ALL, Audience


class Watcher(Protocol):
    """Whoever is told of a turn: a socket's outbox, or who says it aloud. Neither may take time."""

    def follow(self, turn: LiveTurn) -> None: ...
    def put(self, frame: str) -> None: ...


class LiveTurn:
    """The text of a running turn, piece by piece; `seq` counts the pieces.

    Owned turns are spoken into by their task, followed ones by the tail of the turn's Redis stream.
    """

    def __init__(
        self,
        *,
        turn_id: UUID,
        message_id: UUID,
        conversation_id: UUID,
        parent_id: UUID,
        character_id: UUID | None,
        kind: protocol.TurnKind,
        audience: Audience = FOR_ALL,
    ) -> None:
        self.turn_id = turn_id
        self.message_id = message_id
        self.conversation_id = conversation_id
        self.parent_id = parent_id
        self.character_id = character_id
        self.kind = kind
        self.audience = audience
        self.phase: protocol.Phase = "thinking"
        self.place: int | None = None  # in line before the model
        self.pieces: list[str] = []
        self.watchers: set[Watcher] = set()
        self.ended = asyncio.Event()
        # How much of it was taken back (a count of pieces), and the frame that says so.
        self.taken_back = 0
        self.withdrawal = ""
        self.replacement = ""
        self._last_frame = ""

    @property
    def seq(self) -> int:
        return len(self.pieces)

    @property
    def text(self) -> str:
        """What stands: what was taken back does not, what took its place does."""
        return self.replacement + "".join(self.pieces)

    def say(self, piece: str) -> None:
        """Add what one read from the model delivered. Nobody is waited for."""
        self.pieces.append(piece)
        self._last_frame = protocol.encode(
            protocol.AiChunk(message_id=self.message_id, seq=len(self.pieces), content=piece)
        )
        for outbox in self.watchers:
            outbox.follow(self)

    def frame_after(self, seen: int) -> str | None:
        """One `ai_chunk` with all that came after `seen`; None when that is nothing."""
        if seen >= len(self.pieces):
            return None
        if seen == len(self.pieces) - 1:
            return self._last_frame
        return protocol.encode(
            protocol.AiChunk(
                message_id=self.message_id,
                from_=seen + 1,
                seq=len(self.pieces),
                content="".join(self.pieces[seen:]),
            )
        )

    def take_back(self, reason: str, replacement: str = "") -> None:
        """All that was said so far is not said; `replacement` stands in its place. Nobody is sent it any more, also who
        comes back or reads slowly."""
        self.withdrawn(
            protocol.AiWithdraw(
                message_id=self.message_id, reason=reason, seq=self.seq, replacement=replacement or None
            )
        )

    def withdrawn(self, frame: protocol.AiWithdraw) -> None:
        self.taken_back, self.replacement = frame.seq, frame.replacement or ""
        self.pieces = [""] * self.seq
        self.withdrawal = protocol.encode(frame)
        self._last_frame = protocol.encode(protocol.AiChunk(message_id=self.message_id, seq=self.seq, content=""))
        self.tell(self.withdrawal)

    def enter(self, phase: protocol.Phase) -> None:
        self.phase, self.place = phase, None
        self.tell(self.status_frame())

    def wait_at(self, place: int) -> None:
        """The model serves others first; from 1, and 0 when it is this one's turn."""
        self.place = place or None
        self.tell(self.status_frame())

    def status_frame(self) -> str:
        return protocol.encode(
            protocol.AiStatus(
                status=self.phase,
                turn_id=self.turn_id,
                message_id=self.message_id,
                parent_id=self.parent_id,
                character_id=self.character_id,
                place=self.place,
            )
        )

    def running(self) -> protocol.RunningTurn:
        return protocol.RunningTurn(
            turn_id=self.turn_id,
            message_id=self.message_id,
            parent_id=self.parent_id,
            character_id=self.character_id,
            kind=self.kind,
            status=self.phase,
            place=self.place,
        )

    def tell(self, frame: str) -> None:
        for outbox in self.watchers:
            outbox.put(frame)

    def end(self, frame: str) -> None:
        """The turn is settled: tell everybody, and let go of them."""
        self.tell(frame)
        self.ended.set()
        self.watchers.clear()
