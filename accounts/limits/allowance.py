"""How much there is a day, counted in Postgres by one statement each."""

from django.utils import timezone

# One message of the day's allowance. Parameters: `id` a new uuid7, `user_id`, `limit` (null: none).
# Answers one row, the messages of today including this one, or no row when the allowance is used up. Part of
# the caller's transaction: rolled back, the message was not spent. Two at once queue on the row.
SPEND_MESSAGE_SQL = """
INSERT INTO accounts_usageday AS spent (id, user_id, day, messages)
SELECT %(id)s::uuid, %(user_id)s::uuid, (now() AT TIME ZONE 'UTC')::date, 1
WHERE %(limit)s::integer IS NULL OR %(limit)s::integer > 0
ON CONFLICT (user_id, day) DO UPDATE SET messages = spent.messages + 1
WHERE %(limit)s::integer IS NULL OR spent.messages < %(limit)s::integer
RETURNING messages
"""

# So many letters that an embedding model reads. Parameters: `id` a new uuid7, `user_id`, `letters`, `limit` (null:
# none). One row, the letters of today with these, or no row when there is not enough left. As above otherwise.
SPEND_EMBEDDING_SQL = """
INSERT INTO accounts_usageday AS spent (id, user_id, day, embedded)
SELECT %(id)s::uuid, %(user_id)s::uuid, (now() AT TIME ZONE 'UTC')::date, %(letters)s
WHERE %(limit)s::bigint IS NULL OR %(limit)s::bigint >= %(letters)s
ON CONFLICT (user_id, day) DO UPDATE SET embedded = spent.embedded + %(letters)s
WHERE %(limit)s::bigint IS NULL OR spent.embedded + %(letters)s <= %(limit)s::bigint
RETURNING embedded
"""

# So many letters that a model says aloud; as above, but the row is the day they are of.
SPEND_SPEECH_SQL = """
INSERT INTO accounts_usageday AS spent (id, user_id, day, spoken)
SELECT %(id)s::uuid, %(user_id)s::uuid, (now() AT TIME ZONE 'UTC')::date, %(letters)s
WHERE %(limit)s::bigint IS NULL OR %(limit)s::bigint >= %(letters)s
ON CONFLICT (user_id, day) DO UPDATE SET spoken = spent.spoken + %(letters)s
WHERE %(limit)s::bigint IS NULL OR spent.spoken + %(letters)s <= %(limit)s::bigint
RETURNING day
"""
# Of what was taken on a day and not used.
RETURN_SPEECH_SQL = """
UPDATE accounts_usageday SET spoken = greatest(0, spoken - %(letters)s)
WHERE user_id = %(user_id)s::uuid AND day = %(day)s
"""


def seconds_until_tomorrow() -> int:
    """When the day's allowance is new again (UTC)."""
    now = timezone.now()
    return 86_400 - (now.hour * 3_600 + now.minute * 60 + now.second)
