"""Chat completions: the client keeps the talk, or names one that we keep."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass
from uuid import UUID

from django.http.response import HttpResponseBase
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.live import aside, let_go
from accounts.errors import Invalid, NotFound, ProductError
from accounts.ids import uuid7
from accounts.limits import client_ip, give_back, holding, place_of
from accounts.open_answers import while_the_key_opens
from characters.eventstream import EventStream
from characters.services.allowance import pay_for_a_message
from chat.api.base import key_of, speaker_of
from chat.api.openai.asked import CONVERSATION, CompletionAsked, completion_asked, conversation_named
from chat.api.openai.base import ModelNotFound, OpenAIView, shaped
from chat.api.openai.models import character_named
from chat.api.openai.shapes import DONE, Completion, event
from chat.selectors import cast_version, get_conversation
from chat.services import stateless, turns
from chat.services.listening import reply_of
from chat.services.speech import Speech, stored_reply
from chat.texts import check_line

HEADER = "X-Conversation-Id"


class ConversationNotFound(NotFound):
    code = "conversation_not_found"


class Completions(OpenAIView):
    async def post(self, request: Request) -> HttpResponseBase:
        wanted = completion_asked(request.data)
        conversation_id = bound_to(request, wanted)
        speech = Speech()
        if conversation_id is None:
            completion, pieces = await self._stateless(request, wanted, speech)
        else:
            completion, pieces = await self._stored(request, wanted, conversation_id, speech)
            self.headers[HEADER] = str(conversation_id)
        if not wanted.stream:
            async with aclosing(pieces):
                async for _piece in pieces:
                    pass
            return Response(completion.whole(speech))
        # What fails before the first word still has a status of its own.
        first = await anext(pieces, "")
        words = Words(completion, first, pieces, speech)
        return EventStream(chunks(words, with_usage=wanted.include_usage, key_id=key_of(request)))

    async def _stateless(
        self, request: Request, wanted: CompletionAsked, speech: Speech
    ) -> tuple[Completion, AsyncGenerator[str]]:
        def prepare() -> stateless.Scene:
            character = character_named(self.user, wanted.model)
            scene = stateless.scene(
                user=self.user, character=character, told=wanted.told, notes=wanted.notes, asked=wanted.asked
            )
            self.rates += pay_for_a_message(self.user, client_ip(request), key_id=key_of(request), place=place)
            return scene

        place = place_of(self.user.pk, self.user.plan, uuid7())
        try:
            question = await stateless.question_of(await aside(prepare), key_of(request))
        except BaseException:
            await give_back(place)
            raise
        pieces = holding(place, stateless.speaking(question, speech))
        return Completion(uuid7().hex, wanted.model), pieces

    async def _stored(
        self, request: Request, wanted: CompletionAsked, conversation_id: UUID, speech: Speech
    ) -> tuple[Completion, AsyncGenerator[str]]:
        """The last message is the line; whatever else the client kept is in the talk already."""
        if not wanted.told or not wanted.told[-1].by_player:
            raise Invalid(field="messages")
        content = check_line(wanted.told[-1].text)
        await aside(self._check_model, conversation_id, wanted.model)
        async with self.client_id() as client_id:
            accepted = await turns.say_line(
                speaker_of(request, self.user),
                conversation_id=conversation_id,
                client_id=client_id,
                content=content,
                asked=wanted.asked,
            )
        self.rates += accepted.rates
        where = {"user_id": self.user.pk, "conversation_id": conversation_id, "reply_id": await reply_of(accepted)}
        return Completion(where["reply_id"].hex, wanted.model), stored_reply(accepted, speech, **where)

    def _check_model(self, conversation_id: UUID, model: str) -> None:
        try:
            played = cast_version(get_conversation(user=self.user, conversation_id=conversation_id)).character
        except NotFound:
            raise ConversationNotFound(field=CONVERSATION) from None
        if model not in (str(played.pk), played.slug):
            raise ModelNotFound(model)


def bound_to(request: Request, wanted: CompletionAsked) -> UUID | None:
    named = request.headers.get(HEADER)
    header = conversation_named(named, HEADER) if named else None
    if header and wanted.conversation_id and header != wanted.conversation_id:
        raise Invalid(field=CONVERSATION)
    return header or wanted.conversation_id


@dataclass(frozen=True, slots=True)
class Words:
    """What is spoken: `first`, then the `pieces`; `speech` is known at its end."""

    completion: Completion
    first: str
    pieces: AsyncGenerator[str]
    speech: Speech


async def chunks(words: Words, *, with_usage: bool, key_id: UUID | None) -> AsyncGenerator[bytes]:
    completion = words.completion
    async with aclosing(words.pieces):
        await let_go()
        yield completion.chunk(role="assistant", content="")
        try:
            if words.first:
                yield completion.chunk(content=words.first)
            with while_the_key_opens(key_id):
                async for piece in words.pieces:
                    yield completion.chunk(content=piece)
        except ProductError as error:
            yield event(shaped(error))
            return
    yield completion.chunk(finish=words.speech.finish)
    if with_usage:
        yield completion.usage(words.speech)
    yield DONE
