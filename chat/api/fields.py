"""Conversations and messages as the API shows them."""

from typing import Any

from rest_framework import serializers

from characters.api.fields import language_field
from chat import protocol
from chat.models import Message, Participant, Turn
from chat.selectors import RATINGS
from chat.services.tones import BRIGHTEST, DARKEST
from chat.texts import MAX_CONTENT, MAX_HINT, MAX_TITLE

ROLES = Participant.Role.choices
SPEAKERS = Message.Role.choices
OUTCOMES = ("complete", "stopped", "withdrawn", "failed", "interrupted")
RATINGS_TOLD = tuple(RATINGS.values())
TONE = "The tone that you ask for, from -2 (dark) to 2 (exuberant); 0: as it comes. Nobody else is told."
FATES = (Turn.Status.RUNNING.value, *OUTCOMES)


class PartSerializer(serializers.Serializer[Any]):
    character_id = serializers.UUIDField()
    version_id = serializers.UUIDField()
    name = serializers.CharField()
    language = language_field()


class PlayedSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField(allow_null=True)
    name = serializers.CharField()


class ConversationSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    url = serializers.URLField(help_text="Its page.")
    title = serializers.CharField(allow_blank=True, help_text="What somebody called it; empty where nobody did.")
    character = PartSerializer(help_text="Who answers, in the version that it began with.")
    persona = PlayedSerializer(help_text="Whom you play.")
    role = serializers.ChoiceField(ROLES, help_text="Yours.")
    greeting = serializers.IntegerField(help_text="The opening it began with, counted from 0.")
    tone = serializers.IntegerField(help_text=TONE)
    head_id = serializers.UUIDField(allow_null=True, help_text="The message that the next line follows.")
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()
    deleted_at = serializers.DateTimeField(allow_null=True)


class NewConversationSerializer(serializers.Serializer[Any]):
    character_id = serializers.UUIDField()
    language = language_field(required=False)
    greeting = serializers.IntegerField(
        required=False, min_value=0, max_value=1000, help_text="The opening, counted from 0."
    )
    persona_id = serializers.UUIDField(required=False, help_text="Whom you play; without it your default persona.")
    title = serializers.CharField(required=False, allow_blank=True, max_length=MAX_TITLE)


class ChangeConversationSerializer(serializers.Serializer[Any]):
    title = serializers.CharField(required=False, allow_blank=True, max_length=MAX_TITLE)
    persona_id = serializers.UUIDField(required=False, help_text="From the next line on.")
    tone = serializers.IntegerField(required=False, min_value=DARKEST, max_value=BRIGHTEST, help_text=TONE)


class MessageSerializer(serializers.Serializer[Any]):
    """As the frame `message` shows it."""

    id = serializers.UUIDField()
    parent_id = serializers.UUIDField(allow_null=True)
    role = serializers.ChoiceField(SPEAKERS)
    author = serializers.CharField(help_text="The name it was said under.")
    character_id = serializers.UUIDField(allow_null=True)
    content = serializers.CharField(allow_blank=True)
    status = serializers.ChoiceField(OUTCOMES)
    created_at = serializers.DateTimeField()
    siblings = serializers.ListField(child=serializers.UUIDField(), help_text="The alternatives, in order.")
    position = serializers.IntegerField(help_text="Its place among them, from 1.")
    mine = serializers.BooleanField()
    rating = serializers.ChoiceField(
        RATINGS_TOLD, allow_null=True, help_text="What you think of this reply, if you said so. Nobody else is told."
    )
    whispered_to = serializers.ListField(
        child=serializers.CharField(),
        help_text="In a room: whom a whisper is for, by name; empty for what is aloud.",
    )


class RatingSerializer(serializers.Serializer[Any]):
    rating = serializers.ChoiceField(RATINGS_TOLD)


class LineSerializer(serializers.Serializer[Any]):
    content = serializers.CharField(max_length=MAX_CONTENT, trim_whitespace=False)
    client_id = serializers.UUIDField(required=False, help_text="Your own id of this input: sent again, it is one.")
    parent_id = serializers.UUIDField(required=False, help_text="The message it follows; without it the head.")
    instead_of = serializers.UUIDField(required=False, help_text="A line of yours that it is to stand beside.")
    audience = serializers.ListField(
        child=serializers.UUIDField(),
        required=False,
        max_length=protocol.MAX_AUDIENCE,
        help_text="In a room: whisper it to these people and characters alone.",
    )


class AgainSerializer(serializers.Serializer[Any]):
    hint = serializers.CharField(
        required=False, allow_blank=True, max_length=MAX_HINT, help_text="A direction for this reply alone."
    )
    client_id = serializers.UUIDField(required=False, help_text="Your own id of this input: sent again, it is one.")


class CueSerializer(serializers.Serializer[Any]):
    client_id = serializers.UUIDField(required=False, help_text="Your own id of this input: sent again, it is one.")


class StopSerializer(serializers.Serializer[Any]):
    turn_id = serializers.UUIDField(required=False, help_text="Stop this one and no other.")


class HintSerializer(serializers.Serializer[Any]):
    hint = serializers.CharField(required=False, allow_blank=True, max_length=MAX_HINT)


class DraftSerializer(HintSerializer):
    again = serializers.BooleanField(default=False, help_text="Another one than was had before.")


class SuggestionSerializer(serializers.Serializer[Any]):
    content = serializers.CharField(allow_blank=True)


class TokensSerializer(serializers.Serializer[protocol.Usage]):
    prompt = serializers.IntegerField()
    completion = serializers.IntegerField()
    cached = serializers.IntegerField(help_text="The part of `prompt` that the provider had at hand.")
    estimated = serializers.BooleanField(help_text="Counted by us.")
    micros = serializers.IntegerField(
        required=False, allow_null=True, help_text="What it cost, in millionths of the currency, if there is a price."
    )
    currency = serializers.CharField(required=False, allow_null=True)


class FailureSerializer(serializers.Serializer[Any]):
    code = serializers.CharField()
    message = serializers.CharField()


class HelpAtSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    number = serializers.CharField(required=False)
    url = serializers.CharField(required=False)


class NoticeSerializer(serializers.Serializer[Any]):
    """For you alone, whoever else is there."""

    kind = serializers.ChoiceField(["care", "ai", "break"])
    text = serializers.CharField()
    country = serializers.CharField(required=False)
    lines = HelpAtSerializer(many=True, required=False)
    more = serializers.CharField(required=False, help_text="A page with more of it.")


class TurnSerializer(serializers.Serializer[Any]):
    """An input that was taken, and as much of its reply as there is."""

    client_id = serializers.UUIDField()
    message_id = serializers.UUIDField(allow_null=True, help_text="Your line; null where none was said.")
    turn_id = serializers.UUIDField(allow_null=True, help_text="Null where nothing begins yet, as it may be in a room.")
    reply_id = serializers.UUIDField(allow_null=True, help_text="The reply's id, which it has before its first word.")
    stream_url = serializers.URLField(help_text="The event stream that tells this reply from its first word.")
    status = serializers.ChoiceField(FATES, allow_null=True, help_text="The reply's; null where none has begun.")
    content = serializers.CharField(allow_blank=True, help_text="What the reply has said so far.")
    usage = TokensSerializer(allow_null=True)
    error = FailureSerializer(allow_null=True, help_text="Why the reply failed or broke off.")
    notice = NoticeSerializer(
        allow_null=True, help_text="Help lines, where your line sounded as if you were in need; show them at once."
    )
