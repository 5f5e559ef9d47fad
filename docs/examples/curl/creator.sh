#!/bin/sh
# A creator's errands with curl: write a character, change it safely, bring a card in, take one out.
#   DRAMATIS_URL=http://127.0.0.1:8000 DRAMATIS_KEY=drm_… sh creator.sh
set -eu
base="${DRAMATIS_URL:-http://127.0.0.1:8000}/api/v1"

ask() { curl --fail-with-body --silent --show-error -H "Authorization: Bearer $DRAMATIS_KEY" "$@"; }
# The first value of a field; `jq -r .id` does it better where there is jq.
field() { sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p" | head -n 1; }
first_id() { sed 's/^{"id":"\([^"]*\)".*/\1/'; }

ask "$base/me/"
echo

# Write a character. Sent again with the same Idempotency-Key, it is not written twice.
id=$(ask "$base/characters/" -H "Content-Type: application/json" -H "Idempotency-Key: curl-$$" \
  -d '{"language": "en", "name": "Mira", "tagline": "Keeps the Lantern", "greetings": ["Sit."]}' | first_id)
echo "character $id"

# Change it: the ETag says which state is meant.
etag=$(ask --dump-header - --output /dev/null "$base/characters/$id/" | tr -d '\r' | sed -n 's/^[Ee][Tt]ag: //p')
ask -X PATCH "$base/characters/$id/" -H "Content-Type: application/json" -H "If-Match: $etag" \
  -d '{"tags": ["inn", "harbour"]}' > /dev/null

# What a character is changes by a new version.
ask "$base/characters/$id/versions/" -H "Content-Type: application/json" \
  -d '{"language": "en", "description": "She keeps an inn, and a secret."}' > /dev/null

# Out as a card, and in again.
ask --output mira.json "$base/characters/$id/cards/json/"
ask "$base/cards/look/" -F "file=@mira.json"
echo
copy=$(ask "$base/cards/" -F "file=@mira.json" | field character_id)
echo "imported $copy"

# Find somebody on Discover.
ask --get "$base/search/" --data-urlencode "q=lantern" --data "limit=1"
echo

ask -X DELETE "$base/characters/$id/"
ask -X DELETE "$base/characters/$copy/"
