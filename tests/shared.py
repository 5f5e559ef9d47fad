"""What holds for everybody: a test that commits leaves it as it was, or others of its process fail, always other ones.

Rows of one's own may stay; they are nobody else's. A cap of the whole site, a rule, a model that is offered, or another
rating of the house's characters is seen by whoever comes next.
"""

from django.db import connection

KEPT = {
    "the caps": "select string_agg(id::text, ' ' order by id) from accounts_cap",
    "the endpoints and models offered": (
        "select concat_ws(' ', (select string_agg(name, ' ' order by id) from inference_endpoint),"
        " (select string_agg(name, ' ' order by id) from inference_model))"
    ),
    "the experiments": "select string_agg(name, ' ' order by id) from inference_experiment",
    "the prompts that are not shipped": (
        "select string_agg(name || ' ' || version, ', ' order by id) from inference_promptversion where not shipped"
    ),
    "the exchange of keys": "select id::text from accounts_keyrotation where ended_at is null",
    "the rules": "select string_agg(id::text, ' ' order by id) from moderation_ruleset",
    "the plans of the house": (
        "select md5(string_agg(t::text, ' ' order by code)) from accounts_plan t"
        " where code in ('guest', 'free', 'premium', 'creator', 'unlimited')"
    ),
    "the house's characters": (
        "select md5(string_agg(concat_ws(' ', id, visibility, rating, copyable, published_id, deleted_at), ' '"
        " order by id))"
        " from characters_character where owner_id is null and source_digest <> ''"
    ),
    "the house's stories": (
        "select md5(string_agg(concat_ws(' ', id, visibility, rating, published_id, deleted_at), ' ' order by id))"
        " from stories_story where owner_id is null"
    ),
}
STATEMENT = f"select {', '.join(f'({asked})' for asked in KEPT.values())}"


class Shared:
    """As it was when the last test had ended, by database: some tests bring one of their own."""

    def __init__(self) -> None:
        self.seen: dict[str, dict[str, str | None]] = {}

    def begin(self) -> None:
        if _database() not in self.seen:
            self.seen[_database()] = _look()

    def changed(self) -> list[str]:
        """Since the last look."""
        now = _look()
        before, self.seen[_database()] = self.seen.get(_database(), now), now
        return [f"{name}: {before[name]} → {value}" for name, value in now.items() if before[name] != value]


def _database() -> str:
    return str(connection.settings_dict["NAME"])


def _look() -> dict[str, str | None]:
    with connection.cursor() as cursor:
        cursor.execute(STATEMENT)
        return dict(zip(KEPT, cursor.fetchone(), strict=True))
