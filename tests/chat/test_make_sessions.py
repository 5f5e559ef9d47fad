"""The command that load and test tools begin with."""

import json

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.models import User
from chat.models import Conversation

pytestmark = pytest.mark.django_db


def test_each_session_is_a_fresh_account_without_limits_in_a_started_talk(capsys):
    call_command("make_sessions", count=3, as_json=True)
    made = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert len({session["user"] for session in made}) == 3
    for session in made:
        assert set(session) == {"user", "session_cookie", "conversation_id", "ws_url"}
        user = User.objects.get(pk=session["user"])
        assert (user.plan_id, user.is_guest, user.is_staff) == ("unlimited", False, False)
        conversation = Conversation.objects.get(pk=session["conversation_id"], owner=user)
        assert conversation.head_id is not None
        assert session["ws_url"].endswith(f"/ws/chat/{conversation.pk}/")
        client = Client()
        client.cookies["sessionid"] = session["session_cookie"]
        assert client.get(f"/talks/{conversation.pk}/").status_code == 200


def test_all_talk_to_the_preset_that_was_asked_for(capsys):
    call_command("make_sessions", count=2, as_json=True, character="keeper")
    ids = [json.loads(line)["conversation_id"] for line in capsys.readouterr().out.splitlines()]
    talks = Conversation.objects.filter(pk__in=ids)
    assert set(talks.values_list("cast__character__slug", flat=True)) == {"keeper"}


def test_nothing_is_made_in_production(settings):
    settings.ENVIRONMENT = "production"
    before = User.objects.count()
    with pytest.raises(CommandError, match="production"):
        call_command("make_sessions", count=1)
    assert User.objects.count() == before


def test_an_unknown_preset_is_named():
    with pytest.raises(CommandError, match="nobody-here"):
        call_command("make_sessions", character="nobody-here")
