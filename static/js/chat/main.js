// The chat page: frames in, frames out. Every part has its own file; this one introduces them to each other.
import { toast } from "../toasts.js";
import { Aloud } from "./aloud/aloud.js";
import { Call } from "./aloud/call.js";
import { Announcer } from "./announce.js";
import { beside, lastSaid } from "./beside.js";
import { Changes } from "./changes.js";
import { Checkpoints } from "./checkpoints.js";
import { Composer } from "./composer.js";
import { Faces } from "./faces.js";
import { fragment, post } from "./http.js";
import { Known } from "./known.js";
import { MicrophoneButton } from "./microphone/button.js";
import { Ears } from "./microphone/ears.js";
import { TalkMap } from "./map/map.js";
import { Note } from "./note.js";
import { Notices } from "./notices.js";
import { Older } from "./older.js";
import { Pages } from "./pages.js";
import { panel, plays, retitle } from "./panel.js";
import { Play } from "./play.js";
import { Queue } from "./queue.js";
import { Room } from "./room.js";
import { Sealed } from "./sealed.js";
import { Line } from "./socket.js";
import { Cues, LineBanner } from "./status.js";
import { Turn } from "./stream.js";
import { temporary } from "./temporary.js";
import { tone } from "./tone.js";
import { Tools } from "./tools.js";
import { View } from "./view.js";
import { count, join, say } from "./words.js";

const { chat: talk, socket, around, name, guest, base, login, signup, talks, running, me, visits, faces: drawn, temporary: leaves, speaks, language } =
  document.querySelector("[data-chat]").dataset;
// What is written and not said yet is kept in the browser; of a temporary talk for no longer than its tab.
const store = leaves ? sessionStorage : localStorage;
const links = {
  signed_out: [login, say("sign_in")],
  gone: [talks, say("to_talks")],
  signup: [signup, say("sign_up")],
};
const stream = document.querySelector(".stream");
const pages = new Pages(stream, document.getElementById("lines"));
const room = new Room({ send: (frame) => line.send(frame), me });
const view = new View({ pages, name, speaker: (id) => room.speaker(id), unwanted: (id) => room.unwanted(id), me });
const cues = new Cues();
const faces = new Faces(drawn);
const announcer = new Announcer(name);
const banner = new LineBanner({ retry: () => line.retry(), links });
const older = new Older({ pages, base });
let turn = running ? new Turn({ message_id: running }) : null;
let fetching = null;
let wanted = false;
let reach = null;
let unheard = false;
let { persona } = document.querySelector("[data-opener]").dataset;

const url = new URL(socket, location.href);
url.protocol = url.protocol.replace("http", "ws");
const line = new Line(url, { onFrame: receive, onState: plugged, around });
const queue = new Queue({ talk, name, store, send: (frame) => line.send(frame), edit: (text) => composer.take(text) });
const composer = new Composer({
  talk, name, store, links, guest: Boolean(guest), room: room.exists ? room : null, send: (frame) => line.send(frame), wait,
  stop: stopTurn,
});
const microphone = new MicrophoneButton({ line, around, composer, announce: (text) => announcer.note(text) });
const ears = new Ears({ line, around, ask: (then) => microphone.ask(then), alone: () => microphone.leave() });
const changes = new Changes({ base, refresh });
const checkpoints = new Checkpoints({ base, changes, go });
const known = new Known({ base, name, changes });
const map = new TalkMap({ base, go, attempt: (work) => changes.attempt(work) });
const note = new Note({ base });
const play = new Play({ send: (frame) => line.send(frame), go });
const notices = new Notices({ announce: (text) => announcer.note(text) });
const sealed = new Sealed({
  base, send: (frame) => line.send(frame), opened: refresh, closed: () => {
    if (turn) settle();
    refresh();
  },
});
const tools = new Tools({
  view, stream, base, name, send: (frame) => line.send(frame), refresh, busy: () => isRunning(),
  announce: (text) => announcer.note(text), changes, checkpoints, known, map, visits: Boolean(visits),
});

const aloud = new Aloud({
  send: (frame) => line.send(frame), stop: stopTurn, base, speaks: Boolean(speaks), language,
  ofTurn: () => (isRunning() ? turn.messageId : null), announce: (text) => announcer.note(text),
});
const call = new Call({
  aloud, ears, name, stop: stopTurn, busy: () => isRunning(),
  speak: (text) => {
    composer.take(text);
    composer.submit();
  },
});
tools.aloud = aloud;

panel({ base, talks });
tone({ base, announce: (text) => announcer.note(text) });
beside();
temporary({
  base, attempt: (work) => changes.attempt(work),
  forget: () => {
    line.end();
    composer.forget();
    queue.forget();
  },
});
document.querySelector("[data-open-map]").addEventListener("click", () => map.open(view.headId));
new ResizeObserver(([{ target }]) => document.documentElement.style.setProperty("--foot", `${target.offsetHeight}px`))
  .observe(document.querySelector(".scene__foot"));
composer.turn(isRunning());
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.isComposing) return;
  if (document.querySelector("dialog[open], :popover-open, details[data-menu][open], .edit, .scene--choosing")) return;
  aloud.interrupt();
  if (isRunning()) stopTurn();
});
if (matchMedia("(pointer: fine)").matches && !location.hash) document.getElementById("say")?.focus({ preventScroll: true });
sessionStorage.removeItem("first-line");
line.connect();

function stopTurn() {
  return line.send(turn?.id ? { type: "stop", turn_id: turn.id } : { type: "stop" });
}

function isRunning() {
  return Boolean(turn && !turn.ended);
}

// The line goes out after the reply that is under way; only one waits at a time.
function wait(text) {
  if (queue.waits) return false;
  queue.put(text, turn.messageId);
  return true;
}

function plugged(state) {
  banner.show(state);
  document.documentElement.toggleAttribute("data-line-open", state.name === "open");
  call.plugged({ open: state.name === "open", direct: !state.via });
  if (state.name === "open" && state.via) aloud.plugged({ direct: false });
  if (state.name === "open") {
    microphone.plugged();
    ears.plugged();
  }
  if (state.name === "open" || state.name === "connecting") return;
  if (state.reason === "too_big") composer.tooBig();
  composer.unplugged();
}

const handlers = {
  ready({ head_id: head, turn: current, locked }) {
    if (locked) return sealed.lock();
    if (current) {
      if (turn?.messageId !== current.message_id) turn = new Turn(current);
      Object.assign(turn, { id: current.turn_id, parentId: current.parent_id, characterId: current.character_id, kind: current.kind, ended: false });
      phase(current.status, current.place);
      turn.asked = -Infinity; // what was asked on the last line will not be answered on this one
      resume();
      if (!view.find(current.parent_id)) refresh();
      queue.overtaken(current.message_id);
    } else if (isRunning()) {
      // It ended while nobody watched; the script has it.
      missed();
    } else if (head && head !== view.headId) missed();
    aloud.plugged({ direct: true });
    composer.flush();
    if (!current) settled().then(() => queue.idle({ head, status: view.find(head)?.dataset.status }));
    return undefined;
  },

  unlocked: () => sealed.unlocked(),
  locked: () => sealed.lock(),

  ack({ client_id: client, message_id: id, content, left }) {
    const next = queue.accepted(client);
    const accepted = next === null ? composer.accepted(client) : { text: next, whisperedTo: [] };
    if (accepted !== null && id) {
      const parent = view.headId;
      const said = {
        id, parent_id: parent, role: "player", author: persona, author_id: me, content: content ?? accepted.text, status: "complete",
        siblings: [id], position: 1, whispered_to: accepted.whisperedTo,
      };
      // By a detour the line may be here before its `ack`.
      if ((!view.find(id) && !view.add(said)) || fetching) refresh();
      pages.toNewest();
      if (content) toast(say("masked"));
    }
    if (left) composer.left(left);
  },

  presence: (frame) => room.presence(frame),
  typing: (frame) => room.typing(frame),

  message({ message }) {
    room.said(message.author_id);
    if (me && message.author_id !== me && !room.unwanted(message.author_id)) announcer.reply(message.author, message.content);
    if (!view.add(message) || fetching) refresh();
    older.look();
  },

  changed({ kind }) {
    if (kind === "note") note.look();
    else if (kind !== "checkpoints") refresh();
    if (kind !== "note" && kind !== "title") {
      checkpoints.look();
      map.look();
    }
  },

  ai_status(frame) {
    if (turn?.messageId !== frame.message_id) turn = new Turn(frame);
    Object.assign(turn, { id: frame.turn_id, parentId: frame.parent_id, characterId: frame.character_id });
    if (turn.ended) return;
    queue.overtaken(turn.messageId);
    if (!view.expect(turn)) refresh();
    phase(frame.status, frame.place);
  },

  ai_chunk(frame) {
    if (turn?.messageId !== frame.message_id) turn = new Turn({ ...turn, turn_id: turn?.id, message_id: frame.message_id, parent_id: turn?.parentId ?? view.headId });
    if (turn.ended) return;
    const outcome = turn.transcript.add(frame);
    if (outcome === "gap") resume();
    if (outcome !== "added") return;
    if (turn.phase !== "speaking") phase("speaking");
    view.speak(turn);
    older.look();
  },

  ai_end({ message_id: id, turn_id: turnId, full_content: content, status, usage, mood }) {
    if (turn?.messageId !== id) turn = new Turn({ turn_id: turnId, message_id: id, parent_id: turn?.parentId ?? view.headId });
    const gone = turn.parentId && !view.find(turn.parentId);
    view.finish(turn, { content, status, reason: status === "complete" || status === "stopped" ? "" : turn.reason });
    settle();
    receipt(usage);
    faces.show(mood);
    lastSaid(content);
    if (content && status !== "withdrawn") aloud.replied(id, content);
    announcer.reply(room.speaker(turn.characterId)?.name ?? name, content, status === "complete" ? "" : turn.reason || say(status));
    if (gone || fetching) refresh();
    older.look();
    queue.idle({ head: id, status: content ? status : "failed" });
  },

  // Without a replacement the same reply begins anew: its pieces go on counting.
  ai_withdraw({ message_id: id, reason, seq = 0, replacement }) {
    const told = reason ? join(say("withdrawn"), reason) : say("withdrawn");
    if (isRunning() && turn.messageId === id) {
      turn.transcript.takeBack(seq);
      turn.reason = replacement ? told : "";
    }
    aloud.withdrawn(id);
    view.withdraw(id, replacement, told);
    announcer.note(told);
  },

  tts_chunk: (frame) => aloud.chunk(frame),
  tts_end: (frame) => aloud.end(frame),

  notice: (frame) => notices.show(frame),
  game_event: (frame) => play.happened(frame),

  draft_chunk: (frame) => composer.drafted(frame, { whole: false }),
  draft_end: (frame) => composer.drafted(frame, { whole: true }),

  error(frame) {
    if (sealed.refused(frame) || play.refused(frame) || composer.refused(frame) || queue.refused(frame)) return;
    if (!frame.client_id && isRunning() && /^(model_|internal|not_stored|spend_cap|unavailable)/u.test(frame.code)) {
      turn.reason = frame.message; // `ai_end` follows and shows it where the reply would stand
      return;
    }
    // What was to be resumed is no longer replayed: the script has what became of it.
    if (frame.code === "not_found" && isRunning()) {
      missed();
      return;
    }
    view.release();
    toast(frame.message);
  },

  pong() {},
};

function receive(frame) {
  if (ears.heard(frame)) return;
  if (microphone.heard(frame)) {
    if (frame.type === "stt_interim" || frame.speaking) aloud.typed(); // whoever talks is listened to
    return;
  }
  handlers[frame.type]?.(frame);
}

function phase(status, place = 0) {
  turn.phase = status;
  const who = room.speaker(turn.characterId);
  call.phase(status);
  pages.still(() => cues.show(status, who, place));
  announcer.phase(status, who?.name, place);
  composer.turn(true);
}

function settle() {
  if (turn) turn.ended = true;
  view.release();
  call.phase(null);
  pages.still(() => cues.show(null));
  composer.turn(false);
}

// Something was said while the line was away.
function missed() {
  if (isRunning()) settle();
  unheard = true;
  refresh();
}

function resume() {
  const frame = turn.messageId && turn.resume();
  if (frame) line.send(frame);
}

// What was asked for is on the page.
async function settled() {
  while (fetching) await fetching;
}

// Several reasons at once are one request; what was asked before something changed is not shown any more.
function refresh() {
  wanted = true;
  fetching ??= fetchBranch().finally(() => { fetching = null; });
  return fetching;
}

async function fetchBranch() {
  await new Promise((resolve) => { setTimeout(resolve, 30); });
  while (wanted) {
    wanted = false;
    // With older lines loaded, those too: whatever changed may be among them.
    const first = reach ?? (pages.items.length > 40 ? pages.items[0].dataset.message : null);
    const from = first ? `?from=${first}` : "";
    let branch;
    try {
      branch = await fragment(`${base}branch/${from}`);
    } catch (error) {
      toast(error.message);
      return;
    }
    if (!wanted) redraw(branch);
  }
}

// Show a line wherever it stands: on another branch, that becomes the talk's.
async function go(id) {
  document.getElementById("panel").close();
  if (!view.find(id)) {
    if (isRunning()) return toast(say("busy", { name }));
    if (!await changes.attempt(() => post(`${base}messages/${id}/select`))) return undefined;
    reach = id;
    await refresh();
    reach = null;
    while (!view.find(id) && pages.more && await older.fetch(400)) { /* further up */ }
  }
  const article = pages.show(id);
  for (const other of pages.items) other.classList.toggle("msg--here", other === article);
  article?.querySelector("[data-act=more]").focus({ preventScroll: true });
  return undefined;
}

function redraw(branch) {
  const chosen = tools.choosing.on && new Set(tools.choosing.ids);
  const opener = view.replace(branch);
  if (chosen) tools.choosing.keep(chosen);
  if (opener) {
    faces.show(opener.mood);
    retitle(opener.title);
    persona = opener.persona;
    plays(opener.personaId);
  }
  if (isRunning()) {
    if (view.find(turn.messageId)) settle();
    else if (turn.text) view.speak(turn);
    else view.expect(turn);
  }
  older.look();
  play.look();
  if (!view.last) return;
  const { role, source, status } = view.last.dataset;
  lastSaid(source);
  if (unheard && role === "character") announcer.reply(name, source, status === "complete" ? "" : say(status));
  unheard = false;
}

// What the reply cost; the next one, with a talk that is longer by then, costs about as much and a little more.
function price({ micros, currency }) {
  const amount = micros / 1e6;
  const written = amount.toLocaleString(document.documentElement.lang, { maximumSignificantDigits: amount < 1 ? 2 : 4 });
  return say("reply_cost", { cost: `${written} ${currency}` });
}

function receipt(usage) {
  const note = document.querySelector("[data-receipt]");
  if (!note || !usage) return;
  note.hidden = false;
  const told = say(usage.estimated ? "receipt_about" : "receipt", { prompt: count(usage.prompt), completion: count(usage.completion) });
  note.querySelector("span").textContent = usage.currency ? `${told} · ${price(usage)}` : told;
}
