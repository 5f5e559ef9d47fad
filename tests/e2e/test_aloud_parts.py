"""Who says a reply, and when nobody does: with a house, a browser's voice and a loudspeaker of the test's."""

from playwright.sync_api import Page

PAGE = "/help/connect-model/"

STAGE = """
document.body.insertAdjacentHTML("beforeend",
  "<button data-read-aloud></button><div data-sounding hidden><p data-caption></p><button data-hush></button></div>");
localStorage.setItem("voice:aloud", "on");
const said = [];
window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
Object.defineProperty(window, "speechSynthesis", { value: {
  cancel() {},
  speak: (piece) => said.push(piece.text),
} });
const begun = [];
let decoded = Promise.resolve();
window.AudioContext = class {
  currentTime = 0;
  resume() {}
  createBuffer(channels, length, rate) {
    return { duration: length / rate, getChannelData: () => new Float32Array(length) };
  }
  async decodeAudioData() { await decoded; return { duration: 1 }; }
  createBufferSource() {
    const source = { connect() {}, stop() {}, start() { begun.push(source); } };
    return source;
  }
};
const { Aloud } = await import("/static/js/chat/aloud/aloud.js");
const sent = [];
let running = "a";
const aloud = new Aloud({
  send: (frame) => { sent.push(frame.type); return true; }, stop() {}, base: "/", speaks: true, language: "en",
  ofTurn: () => running, announce() {},
});
aloud.plugged({ direct: true });
const piece = (part, text) => aloud.chunk({ message_id: "a", part, audio: btoa("12345678"), rate: 24000, text });
const hears = () => { for (const source of begun.splice(0)) source.onended?.(); };
const pause = (ms = 30) => new Promise((go) => { setTimeout(go, ms); });
"""


def played(page: Page, script: str) -> object:
    page.goto(PAGE)
    return page.evaluate(f"async () => {{ {STAGE} {script} }}")


def test_who_interrupts_does_not_hear_it_begin_again(page: Page) -> None:
    script = """
    piece(1, "Good evening.");
    aloud.interrupt();
    const before = begun.length;
    piece(1, "");
    piece(2, "Sit down.");
    return [begun.length - before, aloud.playing, sent];
    """
    assert played(page, script) == [0, False, ["voice", "hush"]]


def test_what_the_house_could_not_say_the_browser_says(page: Page) -> None:
    script = """
    piece(1, "Good evening.");
    running = null;
    aloud.replied("a", "Good evening. Sit down.");
    aloud.end({ message_id: "a", part: 1, reason: "failed", message: "" });
    const before = said.length;
    hears();
    return [before, said];
    """
    assert played(page, script) == [0, ["Sit down."]]


def test_a_reply_whose_line_went_away_has_an_end(page: Page) -> None:
    script = """
    piece(1, "Good evening.");
    running = null;
    aloud.replied("a", "Good evening.");
    aloud.plugged({ direct: true });
    hears();
    return [aloud.playing, aloud.bar.hidden, said];
    """
    assert played(page, script) == [False, True, []]


def test_on_a_detour_the_browser_says_the_rest(page: Page) -> None:
    script = """
    piece(1, "Good evening.");
    aloud.plugged({ direct: false });
    aloud.replied("a", "Good evening. Sit down.");
    hears();
    return said;
    """
    assert played(page, script) == ["Sit down."]


def test_a_file_that_was_silenced_while_it_was_read_stays_silent(page: Page) -> None:
    script = """
    let read;
    decoded = new Promise((go) => { read = go; });
    const file = aloud.player.file(new ArrayBuffer(8));
    aloud.player.stop();
    read();
    await file;
    return begun.length;
    """
    assert played(page, script) == 0
