"""The microphone by itself, with a recorder, a line and a browser that do what a test says."""

from playwright.sync_api import Page

PAGE = "/help/connect-model/"

# A recorder whose last piece comes after it was stopped, as all do; microphones that are let in when a test says so.
STAGE = """
const { Microphone } = await import("/static/js/chat/microphone/microphone.js");
const pause = (ms = 30) => new Promise((go) => { setTimeout(go, ms); });
class Recorder extends EventTarget {
  static isTypeSupported() { return true; }
  state = "inactive";
  start() { this.state = "recording"; }
  stop() {
    this.state = "inactive";
    setTimeout(() => {
      this.dispatchEvent(Object.assign(new Event("dataavailable"), { data: new Blob(["sound"]) }));
      this.dispatchEvent(new Event("stop"));
    });
  }
}
window.MediaRecorder = Recorder;
window.AudioContext = class {
  createMediaStreamSource() { return { connect() {} }; }
  close() {}
};
window.AnalyserNode = class { fftSize = 8; getFloatTimeDomainData() {} };
const tracks = [];
const asked = [];
const stream = () => {
  const track = Object.assign(new EventTarget(), { open: true, stop() { this.open = false; } });
  tracks.push(track);
  return { getTracks: () => [track] };
};
let slow = false;
navigator.mediaDevices.getUserMedia = () => slow ? new Promise((go) => { asked.push(() => go(stream())); })
  : Promise.resolve(stream());
const posted = [];
let answered = Promise.resolve();
window.fetch = async (url) => {
  posted.push(url);
  await answered;
  return new Response(JSON.stringify({ phrases: [{ phrase: 1, text: "good evening" }] }));
};
const sent = [];
const line = {
  open: true, isAround: false,
  send: (frame) => { sent.push(frame.type); return true; },
  sendBytes: () => { sent.push("bytes"); return true; },
};
const finals = [];
const states = [];
const microphone = new Microphone({
  line, around: "/around/", language: "en", house: true, onInterim() {}, onFinal: (text) => finals.push(text),
  onOver() {}, onState: (state) => states.push(state),
});
const acknowledge = (id) => microphone.heard({ type: "audio_ack", client_id: id, seq: 0 });
"""


# A browser that turns speech into text by itself, and hears what a test says.
HEARS = """
window.SpeechRecognition = class extends EventTarget {
  start() { window.own = this; }
  stop() { this.dispatchEvent(new Event("end")); }
  abort() { this.dispatchEvent(new Event("end")); }
  says(text, isFinal) {
    const result = Object.assign([{ transcript: text }], { isFinal });
    this.dispatchEvent(Object.assign(new Event("result"), { resultIndex: 0, results: [result] }));
  }
};
"""


def played(page: Page, script: str, browser: str = "") -> object:
    page.goto(PAGE)
    return page.evaluate(f"async () => {{ {browser} {STAGE} {script} }}")


def test_what_is_dropped_is_not_sent(page: Page) -> None:
    script = """
    const keep = line.send;
    let id;
    line.send = (frame) => { id = frame.client_id; return keep(frame); };
    await microphone.start();
    acknowledge(id);
    microphone.cancel();
    await pause();
    // What the house has to say of it after a while is nobody's news.
    const swallowed = microphone.heard({ type: "error", client_id: id, code: "no_recording", message: "Gone" });
    return [sent, finals, swallowed];
    """
    assert played(page, script) == [["audio_start"], [], True]


def test_on_a_detour_what_is_dropped_is_neither_sent_nor_written(page: Page) -> None:
    script = """
    line.isAround = true;
    await microphone.start();
    microphone.cancel();
    await pause();
    const before = posted.length;
    let answer;
    answered = new Promise((go) => { answer = go; });
    await microphone.start();
    microphone.stop();
    await pause();
    microphone.cancel();
    answer();
    await pause();
    return [before, posted.length, finals];
    """
    assert played(page, script) == [0, 1, []]


def test_who_clicks_thrice_while_the_browser_asks_opens_one_microphone(page: Page) -> None:
    script = """
    slow = true;
    microphone.start();
    microphone.stop();
    microphone.start();
    for (const allow of asked) allow();
    await pause();
    const open = tracks.map((track) => track.open);
    microphone.cancel();
    return [open, tracks.some((track) => track.open)];
    """
    assert played(page, script) == [[False, True], False]


def test_a_recording_that_had_ended_goes_around_when_the_line_does(page: Page) -> None:
    script = """
    await microphone.start();
    microphone.stop();
    await pause();
    line.isAround = true;
    microphone.plugged();
    microphone.plugged();
    await pause();
    return [posted.length, finals, states.at(-1)];
    """
    assert played(page, script) == [1, ["good evening"], "off"]


def test_in_a_call_one_phrase_that_failed_is_not_the_end(page: Page) -> None:
    script = """
    document.body.insertAdjacentHTML("beforeend", "<i data-microphone data-language='en' data-house='1'></i>");
    const { Ears } = await import("/static/js/chat/microphone/ears.js");
    let id;
    line.send = (frame) => { id = frame.client_id ?? id; return true; };
    const ears = new Ears({ line, around: "/around/", ask() {} });
    const told = [];
    ears.on({ failed: (text, isLasting) => told.push([text, isLasting]) });
    ears.start({ handsFree: false });
    await pause();
    ears.heard({ type: "error", client_id: id, code: "not_understood", message: "Once more" });
    navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException("", "NotAllowedError"));
    ears.start({ handsFree: false });
    await pause();
    return told.map(([, isLasting]) => isLasting);
    """
    assert played(page, script) == [False, True]


def test_a_phrase_ends_with_a_pause_and_not_with_the_room(page: Page) -> None:
    script = """
    const { Pauses } = await import("/static/js/chat/microphone/pauses.js");
    const ends = (levels) => {
      const pauses = new Pauses();
      return levels.flatMap((level, at) => pauses.ends(level, 1000 + at * 50) ? [at] : []);
    };
    const [room, speech] = [Array(40).fill(0.3), Array(20).fill(0.7)];
    const breath = Array(10).fill(0.3);
    return {
      phrase: ends([...room, ...speech, ...breath, ...speech, ...room]),
      two: ends([...room, ...speech, ...room, ...speech, ...room]).length,
      click: ends([...room, 0.9, 0.9, ...room]),
      room: ends([...room, ...room]),
      begunAtOnce: ends([...speech, 0.3, ...speech, ...room]).length,
    };
    """
    page.goto(PAGE)
    told = page.evaluate(f"async () => {{ {script} }}")
    assert told == {"phrase": [107], "two": 2, "click": [], "room": [], "begunAtOnce": 1}


def test_where_the_house_does_not_listen_the_browser_does_and_nothing_is_sent(page: Page) -> None:
    script = """
    const told = [];
    const own = new Microphone({
      line, around: "/around/", language: "zh-Hans", house: false, onInterim: (text) => told.push(`${text}…`),
      onFinal: (text) => told.push(text), onOver: () => told.push("over"), onState() {},
    });
    await own.start();
    const { lang, continuous } = window.own;
    window.own.says("晚上", false);
    window.own.says("晚上好。", true);
    own.stop();
    own.handsFree = true;
    await own.start();
    const first = window.own;
    first.says("走吧。", true);
    first.stop();  // browsers end it after a while; hands-free it goes on
    window.own.says("到了。", true);
    const isAnother = window.own !== first;
    own.cancel();
    window.own.says("没有人听。", true);
    return { told, lang, continuous, isAnother, sent, microphones: tracks.length };
    """
    assert played(page, script, HEARS) == {
        "told": ["晚上…", "晚上好。", "over", "走吧。", "到了。"],
        "lang": "zh-Hans",
        "continuous": False,
        "isAnother": True,
        "sent": [],
        "microphones": 0,
    }


def test_in_a_call_the_browser_hears_a_language_that_the_house_does_not(page: Page) -> None:
    script = """
    document.body.insertAdjacentHTML("beforeend", "<i data-microphone data-language='zh-Hans' data-house='1'></i>");
    const { Ears } = await import("/static/js/chat/microphone/ears.js");
    let id;
    line.send = (frame) => { id = frame.client_id ?? id; return true; };
    const ears = new Ears({ line, around: "/around/", ask() {} });
    const told = [];
    ears.on({ final: (text) => told.push(text), failed: (text) => told.push(text) });
    ears.start({ handsFree: true });
    await pause();
    ears.heard({ type: "error", client_id: id, code: "hearing_language", message: "English only" });
    window.own.says("晚上好。", true);
    return [told, tracks.map((track) => track.open)];
    """
    assert played(page, script, HEARS) == [["晚上好。"], [False]]
