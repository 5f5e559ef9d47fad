#!/bin/sh
# The simplest of clients: a session's name, a character, a message.
#   DRAMATIS_URL=http://127.0.0.1:8000 DRAMATIS_KEY=drm_… sh talk.sh
set -eu
base="${DRAMATIS_URL:-http://127.0.0.1:8000}"

ask() { curl --fail-with-body --silent --show-error -H "Authorization: Bearer $DRAMATIS_KEY" -H "Content-Type: application/json" "$@"; }

# The first line begins the session, the next ones go on in it.
ask "$base/v1/chat" -d '{"session_id": "kitchen", "character": "keeper", "message": "Is there soup?"}'
echo
ask "$base/v1/chat" -d '{"session_id": "kitchen", "message": "And bread?"}'
echo

# The same as events, as they come.
ask --no-buffer "$base/v1/chat" -d '{"session_id": "kitchen", "message": "Who cooks here?", "stream": true}'

# As any program speaks to OpenAI.
ask "$base/v1/chat/completions" -d '{"model": "keeper", "messages": [{"role": "user", "content": "Good night."}]}'
echo
