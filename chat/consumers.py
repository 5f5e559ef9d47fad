"""One socket: frames in, service calls, frames out. It starts nothing that its end would end."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

import structlog
from channels.consumer import AsyncConsumer, get_handler_name
from channels.exceptions import StopConsumer
from django.utils import translation

from accounts import limits
from accounts.encryption import ciphers
from accounts.errors import NotFound, ProductError, Unavailable
from accounts.visits import Visit
from chat import protocol
from chat.database import LOST
from chat.languages import language_of_socket
from chat.live.node import node
from chat.live.outbox import Outbox
from chat.live.sockets import sockets
from chat.live.tally import tally
from chat.selectors import conversation_for_socket
from chat.services import hearing, sealing, turns
from chat.services.aloud import ReadAloud, listener_named
from chat.services.listening import ready
from chat.services.plays.events import replay_events
from chat.services.rooms.presence import seats_here, tell_typing
from chat.services.turns import errors
from inference.base import ModelError
from inference.tracing import span
from stories.rules import Action

log = structlog.get_logger(__name__)
WRITE_NOW = "dramatis.write_now"  # what config.sockets offers: a frame without waiting
TYPING_SECONDS = 2.0  # one `typing` of a socket in that time is passed on
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
MAX_PENDING = 16  # frames of one socket that are being worked on at once


class ChatConsumer(AsyncConsumer):
    """`receive` only checks a frame and hands it over: while a handler awaits, its socket is given nothing else."""

    scope: dict[str, Any]
    visit: Visit
    user_id: UUID
    language: str
    speaker: turns.Speaker

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        """Frame after frame. Channels hears a socket and a channel layer at once, with a task and a hop to a thread for
        each frame: here is no channel layer, and these handlers hold no ORM connection.
        """
        self.scope, self.base_send = scope, send
        try:
            while True:
                message = await receive()
                await getattr(self, get_handler_name(message))(message)
        except StopConsumer:
            pass

    # ------------------------------------------------------------ life of the socket

    async def websocket_connect(self, event: dict[str, Any]) -> None:
        with span("socket", root=True):  # its beginning: how long it then stays open is no work
            await self._begin()

    async def _begin(self) -> None:
        self.outbox: Outbox | None = None
        self.starting: asyncio.Task[None] | None = None
        self.drafts: dict[UUID, asyncio.Task[None]] = {}
        self.pending: set[asyncio.Task[None]] = set()
        self.seat: str | None = None
        self.aloud: ReadAloud | None = None
        self.hearing: hearing.Hearing | None = None
        self.typed_at = -TYPING_SECONDS
        self.conversation_id: UUID = self.scope["url_route"]["kwargs"]["conversation_id"]
        await self.send({"type": "websocket.accept"})
        visit: Visit | None = self.scope["visit"]
        if self.scope["database_away"]:
            return await self.refuse(protocol.CONNECT_AGAIN)
        if visit is None or self.scope.get("only", self.conversation_id) != self.conversation_id:
            return await self.refuse(protocol.Close.NOT_SIGNED_IN)
        try:
            snapshot = await conversation_for_socket(user_id=visit.user_id, conversation_id=self.conversation_id)
            if snapshot.is_room:
                self.seat = await seats_here().take(self.conversation_id, visit.user_id)
                if self.seat is None:
                    return await self.refuse(protocol.Close.ROOM_FULL)
            live = await turns.running_turn(self.conversation_id)
        except NotFound:
            return await self.refuse(protocol.Close.NO_SUCH_CONVERSATION)
        except LOST as error:
            log.warning("socket_not_served", error=type(error).__name__)
            return await self.refuse(protocol.CONNECT_AGAIN)
        self.visit, self.user_id = visit, visit.user_id
        if not sockets.add(self, visit.user_id):
            return await self.refuse(protocol.Close.TOO_MANY_CONNECTIONS)
        self.is_room = snapshot.is_room
        self.language = language_of_socket(self.scope, snapshot.language)
        self.key_id = snapshot.key_id
        self.gone = False
        if snapshot.sealed:
            ciphers.hold_too(snapshot.key_id, self)
        self.speaker = turns.Speaker(self.user_id, snapshot.pace, limits.scope_ip(self.scope))
        # From the look at the running turn to `join` nothing is awaited: `ready` is the first frame, and no turn of
        # this process begins unseen.
        live = live or node().running.get(self.conversation_id)
        if live is not None and not live.audience.shown_to(self.user_id):
            live = None
        write = self.scope.get("extensions", {}).get(WRITE_NOW)
        self.outbox = Outbox(self._send_text, self._given_up, write, user_id=self.user_id)
        self.outbox.put(ready(self.conversation_id, snapshot, live))
        node().join(self.conversation_id, self.outbox, head=snapshot.head_id)
        if self.is_room:
            seats_here().changed(self.conversation_id)
        else:
            node().spawn(turns.warm_memories(self.user_id, self.conversation_id), "warm memories")
        # The request's headers, session and route stay with the scope for as long as the socket lives.
        self.scope = {"type": "websocket"}

    async def websocket_disconnect(self, event: dict[str, Any]) -> None:
        sockets.remove(self)
        self.gone = True
        ciphers.let_go(self)
        if self.seat is not None:
            seats_here().leave(self.conversation_id, self.seat)
        for draft in self.drafts.values():
            draft.cancel()  # nobody else would read it
        if self.aloud is not None:
            self.aloud.close()
        if self.hearing is not None:
            self.hearing.detach(self.answer)
        if self.outbox is not None:
            self.outbox.close()
            node().leave(self.conversation_id, self.outbox)
        raise StopConsumer

    async def refuse(self, code: int) -> None:
        await self.send({"type": "websocket.close", "code": code})

    async def close(self, code: int) -> None:
        """Also while a send is blocked: the server drops a connection that does not take the close frame."""
        if self.outbox is not None:
            self.outbox.close()
        try:
            await self.send({"type": "websocket.close", "code": code})
        except (RuntimeError, OSError):
            pass

    def set_pace(self, pace: limits.Pace) -> None:
        self.speaker = replace(self.speaker, pace=pace)

    def _given_up(self) -> None:
        node().spawn(self.close(protocol.Close.TOO_SLOW), "close slow reader")

    async def _send_text(self, frame: str) -> None:
        await self.send({"type": "websocket.send", "text": frame})

    # ------------------------------------------------------------ frames in

    async def websocket_receive(self, event: dict[str, Any]) -> None:
        if self.outbox is None:
            return
        sockets.heard(self)
        tally.received += 1
        with translation.override(self.language):
            text = event.get("text")
            try:
                if text is None:
                    return self._hear(*protocol.piece_in(event["bytes"]))
                frame = protocol.decode(text)
            except protocol.FrameError as error:
                return self.answer(error.frame)
            if isinstance(frame, protocol.Ping):
                return self.answer(protocol.Pong(t=frame.t))
            if isinstance(frame, protocol.Typing) and not self._typing_is_news():
                return None
            client_id = getattr(frame, "client_id", None)
            if client_id is not None and client_id in self.drafts:
                return None  # sent twice: the first one answers
            if len(self.pending) >= MAX_PENDING:
                return self.answer(protocol.Error(code="busy", message="Too many frames at once.", client_id=client_id))
            task = asyncio.create_task(self._obey(frame))
        self.pending.add(task)
        task.add_done_callback(self.pending.discard)
        if isinstance(frame, protocol.Chat | protocol.Act | protocol.Regenerate | protocol.Continue | protocol.Cue):
            self.starting = task
        elif isinstance(frame, protocol.Impersonate):
            self.drafts[frame.client_id] = task
            task.add_done_callback(lambda ended: self._draft_ended(frame.client_id, ended))

    async def _obey(self, frame: protocol.ClientFrame) -> None:
        client_id = getattr(frame, "client_id", None)
        try:
            await self._handle(frame)
        except ProductError as error:
            self.answer(errors.frame(error, client_id))
        except ModelError as error:
            self.answer(errors.frame(errors.public(error), client_id))
        except LOST as error:
            log.warning("frame_not_served", error=type(error).__name__)
            self.answer(errors.frame(Unavailable(), client_id))
        except Exception:
            log.exception("frame_failed", frame=type(frame).__name__)
            self.answer(errors.frame(errors.Internal(), client_id))

    async def _handle(self, frame: protocol.ClientFrame) -> None:
        match frame:
            case protocol.Chat():
                await self._chat(frame)
            case protocol.Act():
                await self._act(frame)
            case protocol.Regenerate() | protocol.Continue():
                await self._again(frame)
            case protocol.Impersonate():
                await self._draft(frame)
            case protocol.Cue():
                accepted = await turns.cue(
                    self.speaker,
                    conversation_id=self.conversation_id,
                    client_id=frame.client_id,
                    character_id=frame.character_id,
                )
                self._acknowledge(frame.client_id, accepted)
            case protocol.Typing():
                await tell_typing(self.conversation_id, self.user_id, but=self.outbox)
            case protocol.Stop():
                await self._stop(frame)
            case protocol.Unlock():
                await self._unlock(frame)
            case protocol.Lock():
                await sealing.lock_now(user_id=self.user_id, conversation_id=self.conversation_id)
            case protocol.Resume():
                await self._resume(frame)
            case protocol.Voice():
                await self._voice(frame)
            case protocol.Hush():
                if self.aloud is not None:
                    self.aloud.hush(frame.message_id)
            case protocol.AudioStart():
                await self._listen(frame)
            case protocol.AudioEnd():
                self._heard_out(frame)

    async def _chat(self, frame: protocol.Chat) -> None:
        accepted = await turns.say_line(
            self.speaker,
            conversation_id=self.conversation_id,
            client_id=frame.client_id,
            content=frame.content,
            parent_id=frame.parent_id,
            audience=frame.audience,
            said_by=self.outbox,
        )
        self._acknowledge(frame.client_id, accepted, said=frame.content)

    async def _act(self, frame: protocol.Act) -> None:
        accepted = await turns.act(
            self.speaker,
            conversation_id=self.conversation_id,
            client_id=frame.client_id,
            action=Action(frame.action_id, frame.target_id, frame.args.item),
            parent_id=frame.parent_id,
        )
        if accepted.event is not None and not accepted.is_new:
            self.answer(accepted.event.frame)
        self._acknowledge(frame.client_id, accepted)

    async def _resume(self, frame: protocol.Resume) -> None:
        assert self.outbox is not None
        whose: dict[str, Any] = {
            "outbox": self.outbox,
            "user_id": self.user_id,
            "conversation_id": self.conversation_id,
        }
        if frame.message_id is None:
            await replay_events(last_seq=frame.last_seq, **whose)
        else:
            await turns.watch(message_id=frame.message_id, last_seq=frame.last_seq, **whose)

    async def _again(self, frame: protocol.Regenerate | protocol.Continue) -> None:
        accepted = await turns.say_again(
            self.speaker,
            kind="regenerate" if isinstance(frame, protocol.Regenerate) else "continue",
            conversation_id=self.conversation_id,
            client_id=frame.client_id,
            message_id=frame.message_id,
            hint=frame.hint,
        )
        self._acknowledge(frame.client_id, accepted)

    async def _draft(self, frame: protocol.Impersonate) -> None:
        async with limits.speaking(self.user_id, self.speaker.pace, self.speaker.ip):
            await turns.draft_line(
                user_id=self.user_id,
                conversation_id=self.conversation_id,
                client_id=frame.client_id,
                hint=frame.hint,
                again=frame.again,
                emit=self._put,
            )

    async def _stop(self, frame: protocol.Stop) -> None:
        if frame.turn_id is None and self.drafts:
            for draft in self.drafts.values():
                draft.cancel()
            return
        if self.starting is not None and not self.starting.done():
            await asyncio.wait([self.starting])
        await turns.stop_turn(user_id=self.user_id, conversation_id=self.conversation_id, turn_id=frame.turn_id)

    async def _unlock(self, frame: protocol.Unlock) -> None:
        await sealing.open_sealed(
            user_id=self.user_id,
            conversation_id=self.conversation_id,
            passphrase=frame.passphrase,
            holder=self,
            here=lambda: not self.gone,
        )
        self.answer(protocol.Unlocked())
        # Of another process; one of this process could not have been locked.
        live = await turns.running_turn(self.conversation_id)
        if live is not None and self.outbox is not None:
            self.outbox.put(live.status_frame())
            self.outbox.watch(live)

    async def _voice(self, frame: protocol.Voice) -> None:
        ran = self.outbox.watched() if self.outbox is not None else []
        listener = await listener_named(self.user_id) if frame.on else None
        if self.aloud is not None:
            self.aloud.close()
            self.aloud = None
        if listener is not None and self.outbox is not None and not self.gone:
            self.aloud = ReadAloud(self.outbox, listener, self.conversation_id, directions=frame.directions)
            self.aloud.listen(frame.message_id, frame.after, ran=ran)

    async def _listen(self, frame: protocol.AudioStart) -> None:
        """One recording at a time: what was under way on this socket has its end, or nobody sends the rest."""
        if self.hearing is not None:
            self.hearing.detach(self.answer)
            if self.hearing.order.client_id != frame.client_id:
                self.hearing.leave()
        self.hearing = await hearing.begin(
            user_id=self.user_id,
            conversation_id=self.conversation_id,
            client_id=frame.client_id,
            wrapping=frame.codec,
            language=frame.language,
            emit=self.answer,
        )
        if self.gone:
            self.hearing.detach(self.answer)

    def _hear(self, seq: int, data: bytes) -> None:
        if self.hearing is None:
            return self.answer(errors.frame(hearing.NoRecording()))
        return self.hearing.take(seq, data)

    def _heard_out(self, frame: protocol.AudioEnd) -> None:
        if self.hearing is None or self.hearing.order.client_id != frame.client_id:
            raise hearing.NoRecording
        self.hearing.end(frame.last_seq)

    def _typing_is_news(self) -> bool:
        """Of use in rooms, and once in a while."""
        moment = asyncio.get_running_loop().time()
        if not self.is_room or moment - self.typed_at < TYPING_SECONDS:
            return False
        self.typed_at = moment
        return True

    def _draft_ended(self, client_id: UUID, draft: asyncio.Task[None]) -> None:
        self.drafts.pop(client_id, None)
        if draft.cancelled():  # before its first step: nobody else has answered
            self.answer(protocol.DraftEnd(client_id=client_id, content=""))

    # ------------------------------------------------------------ frames out

    def _acknowledge(self, client_id: UUID, accepted: turns.Accepted, said: str = "") -> None:
        stored = accepted.decision.text if accepted.decision else said
        self.answer(
            protocol.Ack(
                client_id=client_id,
                message_id=accepted.message_id,
                turn_id=accepted.turn_id,
                content=stored if stored != said else None,
                left=protocol.left_of(accepted.rates),
            )
        )

    def answer(self, frame: protocol.ServerFrame) -> None:
        self._put(protocol.encode(frame))

    def _put(self, frame: str) -> None:
        if self.outbox is not None:
            self.outbox.put(frame)
