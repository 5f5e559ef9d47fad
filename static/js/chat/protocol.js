// WebSocket protocol, version 1, as the browser knows it. A test compares these names with /api/v1/protocol.json.
export const VERSION = 1;
export const MAX_CONTENT = 32000; // characters of one line
export const HEARTBEAT = 30; // seconds, where `ready` does not say

export const CLIENT_FRAMES = ["chat", "action", "regenerate", "continue", "impersonate", "cue", "stop", "resume", "unlock", "lock",
  "voice", "hush", "audio_start", "audio_end", "typing", "ping"];
export const SERVER_FRAMES = ["ready", "ack", "message", "changed", "presence", "typing", "ai_status", "ai_chunk", "ai_end", "ai_withdraw", "notice", "game_event",
  "draft_chunk", "draft_end", "tts_chunk", "tts_end", "audio_ack", "stt_interim", "stt_final", "audio_over", "error", "unlocked", "locked", "pong"];
export const CLOSE_CODES = {
  not_signed_in: 4401,
  no_such_conversation: 4404,
  too_slow: 4408,
  room_full: 4409,
  removed: 4410,
  too_many_connections: 4429,
  frame_too_large: 1009,
  server_restarts: 1012,
};

/** Characters as the server counts them: code points, not UTF-16 units. */
export function length(text) {
  let units = 0;
  for (let i = 0; i < text.length; i += 1, units += 1) {
    const code = text.charCodeAt(i);
    if (code >= 0xd800 && code < 0xdc00 && (text.charCodeAt(i + 1) & 0xfc00) === 0xdc00) i += 1;
  }
  return units;
}

/** What cannot be stored is left out before it is sent: control characters, halves of characters. */
export function storable(text) {
  const whole = text.toWellFormed ? text.toWellFormed() : text;
  return whole.replaceAll("\r\n", "\n").replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/gu, "");
}

/** A UUID that also works without a secure context. */
export function newId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
