"""Replies that are heard: while they are written, once more, in a call; and silence for whoever talks."""

from collections.abc import Callable
from itertools import pairwise

from playwright.sync_api import Page, expect

from characters.models import Draft
from tests.e2e.axe import faults
from tests.e2e.pages import LONG, BuilderPage, TalkPage, sideways

Open = Callable[..., TalkPage]

# What a loudspeaker would have: every piece that was scheduled, and whether it was stopped.
EAR = """
window.heard = [];
const start = AudioBufferSourceNode.prototype.start;
AudioBufferSourceNode.prototype.start = function (at, ...rest) {
  const loud = this.buffer.getChannelData(0).some((x) => Math.abs(x) > 0.05);
  document.documentElement.dataset.sounds = window.heard.length + 1;
  window.heard.push({ begins: at, seconds: this.buffer.duration, loud, node: this });
  return start.call(this, at, ...rest);
};
const stop = AudioBufferSourceNode.prototype.stop;
AudioBufferSourceNode.prototype.stop = function (...rest) {
  for (const each of window.heard) if (each.node === this) each.stopped = true;
  document.documentElement.dataset.silenced = "";
  return stop.call(this, ...rest);
};
"""
HEARD, SILENCED = "html[data-sounds]", "html[data-silenced]"
PIECES = "window.heard.map(({ begins, seconds, loud, stopped }) => ({ begins, seconds, loud, stopped: !!stopped }))"


def test_a_reply_is_heard_while_it_is_written_and_whoever_types_is_listened_to(page: Page, open_talk: Open) -> None:
    page.add_init_script(EAR)
    talk = open_talk("scene-1-tps25")
    page.get_by_label("Sound").click()
    toggle = page.get_by_role("button", name="Read replies aloud")
    toggle.click()
    expect(toggle).to_have_attribute("aria-pressed", "true")
    assert faults(page) == []
    page.keyboard.press("Escape")
    talk.say("How many?")
    expect(page.locator(HEARD)).to_be_attached(timeout=LONG)
    expect(page.locator("[data-sounding]")).to_be_visible()
    expect(talk.stop).to_be_visible()  # it is still being written
    talk.wait_until_idle()
    expect(page.locator("[data-caption]")).to_contain_text("stairs", timeout=LONG)
    pieces = page.evaluate(PIECES)
    assert all(each["loud"] for each in pieces[:3])
    # One after the other, without a gap, once it has begun.
    gaps = [b["begins"] - a["begins"] - a["seconds"] for a, b in pairwise(pieces)]
    assert sorted(gaps)[len(gaps) // 2] < 0.001
    page.locator("#say").press_sequentially("W")
    expect(page.locator("[data-sounding]")).to_be_hidden()
    assert any(each["stopped"] for each in page.evaluate(PIECES))
    # Once more, from what is stored; and as a file.
    page.evaluate("delete document.documentElement.dataset.sounds")
    talk.do(talk.last, "listen")
    expect(page.locator(HEARD)).to_be_attached(timeout=LONG)
    page.get_by_role("button", name="Silence").click()
    expect(page.locator("[data-sounding]")).to_be_hidden()
    with page.expect_download() as download:
        talk.do(talk.last, "sound-file")
    assert download.value.suggested_filename.endswith((".mp3", ".wav"))
    page.reload()
    expect(page.locator("[data-read-aloud]")).to_have_attribute("aria-pressed", "true")


def test_a_call_is_a_talk_and_drops_to_one(page: Page, open_talk: Open) -> None:
    page.add_init_script(EAR)
    page.set_viewport_size({"width": 360, "height": 740})
    talk = open_talk("scene-1-tps40")
    page.get_by_label("Sound").click()
    page.get_by_role("button", name="Call Mira").click()
    call = page.get_by_role("dialog", name="Mira")
    expect(call).to_be_visible()
    assert faults(page) == []
    assert sideways(page) == 0
    for name in ("Captions", "Hang up"):
        button = call.get_by_role("button", name=name)
        box = button.bounding_box()
        assert box
        assert box["height"] >= 44
        assert box["y"] + box["height"] <= 740
    call.get_by_label("Write instead").fill("How many steps?")
    page.keyboard.press("Enter")
    expect(page.locator(HEARD)).to_be_attached(timeout=LONG)
    expect(call.locator("[data-call-theirs]")).to_contain_text("You counted them.", timeout=LONG)
    expect(call.locator("[data-call-mine]")).to_have_text("How many steps?")
    page.keyboard.press("Escape")
    expect(call).to_be_hidden()
    talk.wait_until_idle()
    assert talk.sources[-2] == "How many steps?"
    assert talk.focused() == ""
    # The line goes: after a while the call is a written talk again.
    page.get_by_label("Sound").click()
    page.get_by_role("button", name="Call Mira").click()
    page.context.set_offline(True)
    expect(call.locator("[data-call-state]")).to_contain_text("The line dropped", timeout=LONG)
    expect(call).to_be_hidden(timeout=LONG)
    expect(page.get_by_text("The call dropped to writing.")).to_be_visible()
    page.context.set_offline(False)


def test_a_voice_is_chosen_by_ear(page: Page, builder: BuilderPage, draft: Draft) -> None:
    page.add_init_script(EAR)
    builder.open("voice")
    page.get_by_role("radio", name="Deep").check()
    expect(builder.saved).to_be_visible(timeout=LONG)
    page.get_by_role("button", name="Hear it: Deep").click()
    expect(page.locator(HEARD)).to_be_attached(timeout=LONG)
    assert page.evaluate(PIECES)[0]["seconds"] > 0.5
    assert faults(page) == []
    assert builder.stored()["presentation"]["voice"] == "deep"  # type: ignore[index]
