"""What is said in a talk is judged: a line before it is stored, a reply while it comes and once it is whole.

`moderation.decision` decides; here is what a talk knows beside the text: for whom it is said, whose part it is, what
was said before.
"""

import re
from functools import lru_cache
from io import StringIO
from typing import TYPE_CHECKING, Any
from uuid import UUID

import structlog
from django.conf import settings

from accounts.encryption import Cipher
from chat.database import in_thread
from chat.live.node import node
from chat.prompts import Prompt, PromptContext, Sheet
from moderation import judge, later
from moderation.decision import Decision, decided, decision_midway, decision_on, guard_for
from moderation.filters.background import Background
from moderation.filters.base import Context, Stage
from moderation.filters.role import is_foreign
from moderation.policy import Action
from moderation.services.asking import ask_later
from moderation.services.queueing import put_before_moderators
from moderation.stream import StreamWatch

if TYPE_CHECKING:
    from chat.services.rooms.scene import Scene
    from chat.services.turns.order import Order
    from chat.services.turns.standing import Standing

log = structlog.get_logger(__name__)
NAMELESS = {"You", "你", "…"}
EARLIER = 6  # lines of the speaker's that a reply is compared with
_MACHINE = re.compile(
    r"\b(?:a\.?i\.?|android|robot|cyborg|chat ?bot|language model|synthetic mind|hologram)\b"
    r"|人工智能|机器人|仿生人|智能助手|人造人",
    re.IGNORECASE,
)
_HAN = re.compile(r"[\u4e00-\u9fff]")

# ------------------------------------------------------------------ lines


async def judge_line(
    standing: "Standing", text: str, *, field: str = "content", scene: "Scene | None" = None
) -> Decision:
    """What a player says, or asks of a reply. Raises Refusal, of which moderators learn where the policy says so."""
    where = said_in(standing, scene)
    decision = await decided(text, where)
    if not decision.passes:
        tell_moderators(decision, text, user_id=standing.row.user_id, conversation_id=standing.row.id)
        raise decision.refusal(field)
    return decision


def said_in(standing: "Standing", scene: "Scene | None" = None) -> Context:
    """In a room all of its cast hear it, and all of its people read it."""
    if scene is not None:
        return Context(stage=Stage.INPUT, rating=scene.rating, age=scene.age, surface="room")
    row = standing.row
    return Context(stage=Stage.INPUT, rating=row.rating, age=standing.age, surface="room" if row.room else "chat")


def tell_moderators(
    decision: Decision,
    text: str,
    *,
    user_id: UUID | None = None,
    message_id: UUID | None = None,
    conversation_id: UUID | None = None,
    cipher: Cipher | None = None,
) -> None:
    """Where the policy says so; of what is stored, also by a later look. Nobody waits for it. `cipher` is the talk's,
    for what a character said.
    """
    about: dict[str, Any] = {"user_id": user_id, "message": message_id, "conversation": conversation_id}
    if decision.queued:
        work = in_thread(put_before_moderators)
        node().spawn(work(decision, text, **about, cipher=cipher), "case")
    if message_id is not None and decision.passes and later.is_wanted():
        node().spawn(_look_later(decision, text, **about, cipher=cipher), "later look")
    if message_id is not None and judge.is_wanted(decision):
        node().spawn(in_thread(ask_later)(decision, text, **about, cipher=cipher), "judge")


async def _look_later(decision: Decision, text: str, **about: Any) -> None:
    if (found := await later.looked_later(text, decision.where)) is not None:
        await in_thread(put_before_moderators)(found, text, **about)


# ------------------------------------------------------------------ replies


class ReplyJudge:
    """One reply under way. Text goes through `feed`, and comes out as far as no term may begin in it."""

    def __init__(self, where: Context) -> None:
        self.where = where
        self._judged: tuple[str, Decision] | None = None
        self.begin()

    def begin(self) -> None:
        """Another try."""
        self._heard = StringIO()
        self.is_stopped = False
        self._stopped: Decision | None = None
        self._guard = guard_for(self.where)
        self._watch = StreamWatch(self._may_not_go_on) if settings.FILTERS else None

    def feed(self, piece: str) -> str:
        if self.is_stopped:
            return ""
        self._heard.write(piece)
        if self._watch is not None and self._watch.feed(piece):
            return ""
        if self._guard is None:
            return piece
        out = self._guard.feed(piece)
        self.is_stopped = self._guard.hit is not None
        return out

    def _may_not_go_on(self, said: str) -> bool:
        try:
            self._stopped = decision_midway(said, self.where)
        except Exception:
            log.exception("reply_not_watched", letters=len(said))
        self.is_stopped = self._stopped is not None
        return self.is_stopped

    def close(self) -> str:
        if self._guard is None or self.is_stopped:
            return ""
        out = self._guard.close()
        self.is_stopped = self._guard.hit is not None
        return out

    async def whole(self, text: str, *, retried: bool = True) -> Decision:
        """Of what stands, whether the model ended or was stopped. A filter that fails is logged and stops nobody."""
        if self._stopped is not None:
            return self._stopped
        if self._guard is not None and self._guard.hit is not None:
            return decision_on(self._guard.hit, self._heard.getvalue(), self.where)
        if self._judged is not None and self._judged[0] == text and self._judged[1].action != Action.RETRY:
            return self._judged[1]
        try:
            decision = await decided(text, self.where, retried=retried)
        except Exception:
            log.exception("reply_not_judged", letters=len(text))
            decision = Decision(Action.ALLOW, text, self.where)
        self._judged = text, decision
        return decision

    def tell(self, decision: Decision, text: str, **about: Any) -> None:
        """Moderators, where the policy says so: `about` is as for `tell_moderators`."""
        tell_moderators(decision, self._heard.getvalue() if self.is_stopped else text, **about)


def judge_of(order: "Order", context: PromptContext, prompt: Prompt) -> ReplyJudge:
    return ReplyJudge(_reply_in(order, context, prompt))


def judge_beside(*, rating: str, age: str, surface: str = "chat") -> ReplyJudge:
    """For words of a model that are stored in no talk: suggestions, rehearsals, replies to programs."""
    return ReplyJudge(Context(stage=Stage.OUTPUT, rating=rating, age=age, surface=surface))


def _reply_in(order: "Order", context: PromptContext, prompt: Prompt) -> Context:
    sheet, company = context.sheet, context.company
    own = [said.text for said in context.branch if said.role == "character"]
    heard = [said.text for said in context.branch if said.role == "player"]
    return Context(
        stage=Stage.OUTPUT,
        rating=order.rating,
        age=order.age,
        surface="room" if order.scene is not None else "chat",
        wanted=_language(sheet, " ".join(heard[-3:])),
        speaker=sheet.nickname or sheet.name,
        player="" if context.persona.name in NAMELESS else context.persona.name,
        cast=(sheet.name, *(company.names if company else ())),
        traits=tuple(core.says for core in sheet.anchor),
        artificial=_is_machine(sheet),
        facts=tuple(memory.text for memory in context.memories.pinned),
        earlier=tuple(own[-EARLIER:]),
        heard=heard[-1] if heard else "",
        background=Background(line.content for line in prompt.lines),
        # What the author of a card put in the place of our rules is theirs.
        system="" if sheet.system_prompt else prompt.lines[0].content.partition("\n\n[")[0],
    )


def _language(sheet: Sheet, heard: str) -> str:
    """That of the card and of whoever talks to it, where they agree; empty: any will do."""
    chinese = bool(_HAN.search(heard))
    if sheet.language == "zh-hans":
        return "zh" if chinese else ""
    return "" if chinese or not heard.isascii() or is_foreign(heard.lower()) else "en"


def _is_machine(sheet: Sheet) -> bool:
    return _says_machine(f"{sheet.description}\n{sheet.personality}\n{sheet.scenario}")


@lru_cache(maxsize=256)
def _says_machine(text: str) -> bool:
    """By its own card: then it may say so."""
    return _MACHINE.search(text) is not None
