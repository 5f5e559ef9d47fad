"""Where a cap leaves too little for a reply, its place says so, and the line stays."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import expect

from accounts.models import Cap
from tests.e2e.pages import TalkPage
from tests.stack import Server


@pytest.fixture
def cap(committed: None) -> Iterator[Cap]:
    cap = Cap.objects.create(scope="platform", span="month", tokens=10)
    yield cap
    cap.delete()


@pytest.fixture
def server(cap: Cap, start_server: Callable[..., Server]) -> Server:
    """One that knows the cap from its start."""
    return start_server()


def test_the_reply_s_place_tells_of_the_cap(open_talk: Callable[..., TalkPage]) -> None:
    talk = open_talk("script-20").say("Good evening")
    expect(talk.last).to_contain_text("What is left for everybody this month is not enough")
    assert talk.sources[-2:] == ["Good evening", ""]
    talk.page.reload()
    talk.ready()
    assert talk.sources[-1] == "Good evening"
