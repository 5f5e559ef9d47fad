"""A room in two browsers: a link, a line, a whisper, and who is there; by axe, in both languages."""

import pytest
from playwright.sync_api import expect

from chat.services.rooms.room import change_rules
from tests.chat.rooms.stage import named, person, room_of, seated
from tests.chat.stage import sign_in
from tests.e2e.axe import faults
from tests.e2e.pages import LONG, TalkPage, sideways


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_somebody_comes_in_by_a_link_and_all_is_said_to_whom_it_is_for(server, browser, language):
    alice = person("Alice")
    alice.language = language
    alice.save()
    room = room_of(alice, named("Mira", "script-12"), named("Tom", "script-12"))
    change_rules(user=alice, conversation_id=room.pk, replies_limit=0)

    def window(user=None):
        context = browser.new_context(base_url=server.base_url, viewport={"width": 360, "height": 780})
        context.add_cookies([{"name": "django_language", "value": language, "url": server.base_url}])
        if user is not None:
            context.add_cookies([{"name": "sessionid", "value": sign_in(user).cookie, "url": server.base_url}])
        return context.new_page()

    def clean(page):
        assert faults(page) == []
        assert sideways(page) == 0

    hosts = TalkPage(window(alice), room.pk).open()
    hosts.page.locator("[data-panel]").click()
    hosts.page.locator("[data-room-invite] > button").click()
    link = hosts.page.locator("#room-link")
    expect(link).to_be_visible()
    clean(hosts.page)
    hosts.page.keyboard.press("Escape")

    page = window()
    page.goto(link.input_value())
    clean(page)
    page.locator("#join-name").fill("Bea")
    page.locator("main .button--lead").click()
    guests = TalkPage(page, room.pk).ready()
    expect(hosts.page.locator("[data-user][data-name=Bea]")).to_be_attached(timeout=LONG)

    guests.say("Tom?")
    expect(hosts.lines).to_have_count(3, timeout=LONG)
    expect(hosts.last.locator("[data-author]")).to_have_text("Tom")
    hosts.wait_until_idle()
    # By keys alone, to two of them.
    hosts.page.locator("[data-whisper] summary").focus()
    hosts.page.keyboard.press("Enter")
    for ear in ("Mira", "Tom"):
        hosts.page.get_by_role("checkbox", name=ear, exact=True).focus()
        hosts.page.keyboard.press("Space")
    clean(hosts.page)
    hosts.page.keyboard.press("Escape")
    told = "Mira, Tom" if language == "en" else "Mira、Tom"
    expect(hosts.page.locator("[data-whisper-to]")).to_have_text(told)
    expect(hosts.note).to_contain_text(told)
    hosts.say("Psst, Mira.")
    expect(hosts.page.locator(".msg--hush")).to_have_count(2, timeout=LONG)
    expect(hosts.page.locator(".msg--hush .hush__to").first).to_contain_text(told)
    expect(hosts.page.locator("[data-stop]")).to_be_hidden(timeout=LONG)
    clean(hosts.page)
    guests.say("Are you whispering?")
    expect(guests.lines).to_have_count(5, timeout=LONG)
    assert "Psst, Mira." not in guests.sources
    expect(hosts.lines).to_have_count(7, timeout=LONG)
    for each in (hosts, guests):
        each.page.context.close()


def test_what_is_meant_for_somebody_who_has_left_is_not_said_aloud(server, browser):
    alice, bob = person("Alice"), person("Bob")
    room = room_of(alice, named("Mira", "script-3"))
    seated(room, bob)
    context = browser.new_context(base_url=server.base_url, viewport={"width": 360, "height": 780})
    context.add_cookies([{"name": "sessionid", "value": sign_in(alice).cookie, "url": server.base_url}])
    talk = TalkPage(context.new_page(), room.pk).open()
    talk.page.locator("[data-whisper] summary").click()
    talk.page.get_by_role("checkbox", name="Bob").check()
    talk.page.locator("[data-panel]").click()
    talk.page.locator(".room__more summary", has_text="Manage Bob").click()
    talk.page.locator("[data-person=remove]").click()
    expect(talk.page.locator("[data-user][data-name=Bob]")).to_have_count(0, timeout=LONG)
    talk.page.keyboard.press("Escape")
    talk.say("For your ears only.")
    expect(talk.note).to_contain_text("is not here", timeout=LONG)
    expect(talk.say_field).to_have_value("For your ears only.")
    talk.page.locator("[data-whisper] summary").click()
    expect(talk.page.get_by_role("checkbox", name="Bob, not here any more")).to_be_checked()
    talk.page.locator("[data-aloud]").click()
    expect(talk.page.locator("[data-whisper-to]")).to_have_text("Aloud")
    talk.say("To everybody.")
    expect(talk.lines).to_have_count(3, timeout=LONG)
    assert "For your ears only." not in talk.sources
    context.close()


def test_the_lines_of_somebody_blocked_are_folded_as_they_come(server, browser):
    alice, bob = person("Alice"), person("Bob")
    room = room_of(alice, named("Mira", "script-3"), replies_limit=0)
    seated(room, bob)

    def window(user):
        context = browser.new_context(base_url=server.base_url, viewport={"width": 360, "height": 780})
        context.add_cookies([{"name": "sessionid", "value": sign_in(user).cookie, "url": server.base_url}])
        return TalkPage(context.new_page(), room.pk).open()

    hers, his = window(alice), window(bob)
    his.say("Before.")
    expect(hers.page.get_by_text("Before.", exact=True)).to_be_visible(timeout=LONG)
    hers.page.locator("[data-panel]").click()
    hers.page.get_by_role("link", name="Block Bob").click()
    assert faults(hers.page) == []
    hers.page.get_by_role("button", name="Block").click()
    hers.ready()
    expect(hers.page.get_by_text("Before.", exact=True)).to_be_hidden()
    his.wait_until_idle()
    his.say("After.")
    folded = hers.page.get_by_text("A line of somebody whom you blocked")
    expect(folded).to_have_count(2, timeout=LONG)
    expect(hers.page.get_by_text("After.", exact=True)).to_be_hidden()
    folded.last.click()
    expect(hers.page.get_by_text("After.", exact=True)).to_be_visible()
    assert faults(hers.page) == []
    for each in (hers, his):
        each.page.context.close()
