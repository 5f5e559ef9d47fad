"""What follows from the counts: who is trending, and round numbers worth telling."""

from collections.abc import Mapping
from datetime import date, timedelta
from uuid import UUID

from django.db import connection

from characters.models import Character, Milestone
from characters.services.webhooks import announce

MILESTONES = (100, 1_000, 10_000, 100_000, 1_000_000)
HALF_LIFE = 3  # days after which a player warms half as much
WARM_FOR = timedelta(days=30)  # by then a thousandth is left

# People, not replies: one player alone warms nobody up. Who comes back counts twice.
WARM = """
update characters_character c set heat = coalesce(w.heat, 0)
from characters_character x
left join (
    select character_id, sum((players + "returning") * power(0.5, (%(today)s::date - day)::float / %(half)s)) as heat
    from characters_characterday where day > %(since)s and day <= %(today)s group by 1
) w on w.character_id = x.id
where c.id = x.id and c.heat is distinct from coalesce(w.heat, 0) and (c.heat > 0 or w.heat > 0)
"""


def warm_up(*, today: date) -> int:
    """Set everybody's heat; returns how many changed."""
    with connection.cursor() as cursor:
        cursor.execute(WARM, {"today": today, "since": today - WARM_FOR, "half": HALF_LIFE})
        return int(cursor.rowcount)


def mark_milestones(talks: Mapping[UUID, int]) -> list[Milestone]:
    """Note the round numbers that these characters have reached; each is told to its creator once."""
    due = {(character, number) for character, total in talks.items() for number in MILESTONES if total >= number}
    if not due:
        return []
    known = set(
        Milestone.objects.filter(character__in={character for character, _ in due}).values_list("character", "talks")
    )
    alive = Character.objects.filter(pk__in={c for c, _ in due - known}, deleted_at=None).select_related("owner")
    characters = alive.in_bulk()
    fresh = [Milestone(character_id=c, talks=number) for c, number in sorted(due - known) if c in characters]
    Milestone.objects.bulk_create(fresh)
    for each in fresh:
        told = {"character_id": str(each.character_id), "talks": each.talks}
        announce("character.milestone", characters[each.character_id].owner, told)
    return fresh
