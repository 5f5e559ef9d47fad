"""Who says aloud to one socket what it is told."""

from collections.abc import Collection
from functools import partial
from uuid import UUID

from accounts.models import User
from chat.database import in_thread
from chat.live.node import node
from chat.live.outbox import Outbox
from chat.live.text import LiveTurn
from chat.selectors.aloud import is_kept, voice_in
from chat.services.aloud.telling import Opened, Telling
from inference.emotion.reading import warm
from voice.services.account import Account
from voice.services.clips import Said, keep
from voice.services.listeners import Listener
from voice.services.packing import packed_beside
from voice.services.saying import require_voice
from voice.speaking.files import seconds_of


async def listener_named(user_id: UUID) -> Listener:
    """Raises NoVoice where nobody speaks."""
    require_voice()
    return await in_thread(_listener)(user_id)


def _listener(user_id: UUID) -> Listener:
    warm()  # what sentences feel like is asked on the event loop
    return Listener.of(_user(user_id))


def _user(user_id: UUID) -> User:
    return User.objects.select_related("plan").get(pk=user_id)


class ReadAloud:
    """From the next reply on; of one that runs, what comes after passage `after` where that is known, else from now."""

    def __init__(self, outbox: Outbox, listener: Listener, conversation_id: UUID, *, directions: bool) -> None:
        self.outbox, self.listener, self.conversation_id = outbox, listener, conversation_id
        self.directions = directions
        self._heard: dict[UUID, int] = {}
        self._tellings: dict[UUID, Telling] = {}

    def listen(self, message_id: UUID | None, after: int, *, ran: Collection[LiveTurn] = ()) -> None:
        """`ran`: turns that were running when it was asked for. One that began since is said from its beginning."""
        began = {turn.message_id: 0 for turn in self.outbox.watched() if turn not in ran}
        self._heard = began if message_id is None else began | {message_id: after}
        self.outbox.ear = self
        for turn in self.outbox.watched():
            self.begin(turn)

    def begin(self, turn: LiveTurn) -> None:
        if turn.message_id in self._tellings:
            return
        after = self._heard.get(turn.message_id)
        account = Account(self.listener)
        telling = Telling(
            turn,
            self.outbox,
            account,
            directions=self.directions,
            after=after or 0,
            from_now=after is None and turn.seq > turn.taken_back,
        )
        self._tellings[turn.message_id] = telling
        turn.watchers.add(telling)
        node().spawn(self._tell(telling, account), "say aloud")

    def hush(self, message_id: UUID | None = None) -> None:
        for each, telling in self._tellings.items():
            if message_id in (None, each):
                telling.hush()

    def close(self) -> None:
        if self.outbox.ear is self:
            self.outbox.ear = None
        for telling in self._tellings.values():
            telling.turn.watchers.discard(telling)
        self.hush()

    def moved(self) -> None:
        """Its reader has taken some of what waited."""
        for telling in self._tellings.values():
            telling.moved()

    async def _tell(self, telling: Telling, account: Account) -> None:
        try:
            await telling.run(
                partial(self._opened, telling.turn, account), lambda text, sound: self._keep(telling, text, sound)
            )
        finally:
            self._tellings.pop(telling.turn.message_id, None)
            await account.close()

    async def _opened(self, turn: LiveTurn, account: Account) -> Opened:
        def work() -> Opened:
            account.letters.open()
            voice = voice_in(turn.conversation_id, turn.character_id, self.listener.user_id)
            return Opened(voice, is_kept(turn.conversation_id))

        return await in_thread(work)()

    async def _keep(self, telling: Telling, text: str, pcm: bytes) -> None:
        turn = telling.turn
        said = Said(text, telling.voice, self.directions)
        sound = await packed_beside(pcm)
        if sound is None:
            return

        def work() -> None:
            keep(
                _user(self.listener.user_id),
                said,
                sound,
                seconds=seconds_of(pcm),
                conversation_id=turn.conversation_id,
                message_id=turn.message_id,
                still=partial(is_kept, turn.conversation_id, lock=True),
            )

        await in_thread(work)()
