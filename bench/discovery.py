"""Discover with ten thousand characters: our lists and searches, beside what one writes first.

The baseline is a paginator over the same tables: a count and an offset, `icontains` through the joins for a search, the
whole versions fetched. Both sides answer the same questions in turns, from one connection, and show the same page.
"""

import os
import random
import sys
import time
from collections.abc import Callable
from statistics import median
from typing import Any

from bench.load import percentile
from bench.report import Line
from bench.servers import Stage
from bench.small import tell, told_by

CREATORS, TAGS = 200, 40
ASKED, ROUNDS = 20, 3
A_PAGE = 30  # as characters.selectors.discovery has it
A_BATCH = 500
_ENGLISH = """
lantern harbour knight oath winter clock moth river wizard inn keeper smuggler lighthouse orchard violin
cartographer raven garden storm letter mirror debt treaty envoy detective bridge market song salt copper tide
ember fog mask theatre ghost library captain astronomer beekeeper locksmith apothecary falcon marsh tower
candle thread bell
"""
_CHINESE = """
提灯 港口 骑士 誓言 寒冬 钟表 飞蛾 河流 巫师 客栈 掌柜 走私 灯塔 果园 提琴 地图
乌鸦 花园 风暴 书信 镜子 旧债 条约 使节 侦探 石桥 集市 歌声 海盐 铜镜 潮水 余烬
大雾 面具 剧院 幽灵 图书 船长 星图 养蜂 锁匠 药铺 猎鹰 沼泽 高塔 蜡烛
"""
_FILLING = """
the a of and who that never always speaks remembers in before after under with without every old new quiet
patient wants keeps lost found one night the last first only and then asks for nothing
"""
ENGLISH, CHINESE, FILLING = _ENGLISH.split(), _CHINESE.split(), _FILLING.split()


def measure(stage: Stage, rows: int) -> list[Line]:
    return told_by(stage, "bench.discovery", str(rows))


def prose(chance: random.Random, telling: list[str], words: int) -> str:
    """Mostly what every text has, with a telling word now and then; some words are told much more than others."""
    rank = min(len(telling) - 1, int(chance.expovariate(0.06)))
    return " ".join(chance.choice(FILLING) if chance.random() < 0.85 else telling[rank] for _ in range(words))


def fill(rows: int) -> None:
    from django.contrib.auth.hashers import make_password
    from django.db.models import Value
    from django.db.models.functions import Cast
    from django.utils import timezone

    from accounts.models import Profile, User
    from characters.models import Character, CharacterVersion, Tag
    from characters.words import vector

    chance = random.Random(5)
    password = make_password(None)
    people = User.objects.bulk_create(User(email=f"c{n}@example.com", password=password) for n in range(CREATORS))
    Profile.objects.bulk_create(Profile(user=one, name=f"Creator {n}") for n, one in enumerate(people))
    tags = Tag.objects.bulk_create(
        Tag(code=f"tag-{n}", name_en=ENGLISH[n], name_zh=CHINESE[n], position=n) for n in range(TAGS)
    )
    through, now = Character.tags.through, timezone.now()
    for start in range(0, rows, A_BATCH):
        cast = [
            Character(
                owner=chance.choice(people),
                visibility="public" if chance.random() < 0.9 else "private",
                rating=chance.choices(["general", "mature", "explicit"], [8, 1, 1])[0],
                heat=chance.expovariate(0.2) if chance.random() < 0.6 else 0,
                loves=int(chance.expovariate(0.05)),
                published_at=now - timezone.timedelta(minutes=chance.randrange(600_000)),
            )
            for _ in range(min(A_BATCH, rows - start))
        ]
        versions, worn = [], []
        for character in cast:
            mine = chance.sample(tags, chance.randrange(1, 5))
            worn += [through(character=character, tag=tag) for tag in mine]
            name, line = prose(chance, ENGLISH, 2).title(), prose(chance, ENGLISH, 7)
            editions = [("en", name, line, prose(chance, ENGLISH, 90))]
            if chance.random() < 0.5:
                chinese = ["".join(chance.choices(CHINESE, k=many)) for many in (2, 6, 60)]
                editions.append(("zh-hans", *chinese))
            for language, called, tagline, about in editions:
                versions.append(
                    CharacterVersion(
                        character=character, number=1, language=language, name=called, tagline=tagline, about=about,
                        description=about * 4, greetings=[about], portrait={"seed": "1"},
                    )
                )  # fmt: skip
            fields = [("A", each[1]) for each in editions]
            fields += [("B", text) for tag in mine for text in (tag.code, tag.name_en, tag.name_zh)]
            fields += [("C", each[2]) for each in editions] + [("D", each[3]) for each in editions]
            character.search = Cast(Value(vector(fields)), Character._meta.get_field("search"))
        on_stage = {version.character.pk: version for version in reversed(versions)}
        Character.objects.bulk_create(cast)
        CharacterVersion.objects.bulk_create(versions)
        through.objects.bulk_create(worn)
        for character in cast:
            character.published = on_stage[character.pk]
        Character.objects.bulk_update(cast, ["published"])


def paginator(*, query: str = "", tag: str = "", order: str = "-heat", page: int = 1) -> list[Any]:
    """The baseline."""
    from django.core.paginator import Paginator
    from django.db.models import Q

    from characters.models import Character

    found = Character.objects.filter(visibility="public", deleted_at=None, rating="general")
    for word in query.split():
        found = found.filter(
            Q(versions__name__icontains=word)
            | Q(versions__tagline__icontains=word)
            | Q(versions__about__icontains=word)
            | Q(tags__name_en__icontains=word)
            | Q(tags__name_zh__icontains=word)
        )
    if tag:
        found = found.filter(tags=tag)
    found = found.distinct().order_by(order, "-id").select_related("owner__profile").prefetch_related("versions")
    shown = Paginator(found, A_PAGE).get_page(page)
    return [(one.owner.profile.name, list(one.versions.all()), shown.has_next()) for one in shown]


def in_turns(
    name: str, asked: list[Any], ours: Callable[[Any], Any], theirs: Callable[[Any], Any], goal: float | None = 0.6
) -> list[Line]:
    """p95 and p50 in milliseconds: the median of the rounds."""
    figures: dict[str, list[list[float]]] = {"ours": [], "theirs": []}
    for _ in range(ROUNDS):
        for who, work in (("ours", ours), ("theirs", theirs)):
            taken = []
            for one in asked:
                start = time.perf_counter()
                work(one)
                taken.append((time.perf_counter() - start) * 1000)
            figures[who].append(taken)

    def told(who: str, share: float) -> float:
        return median(percentile(taken, share) for taken in figures[who])

    return [
        Line("", f"{name}, p95", told("ours", 0.95), "ms", "paginator, icontains", told("theirs", 0.95), goal),
        Line("", f"{name}, p50", told("ours", 0.5), "ms", "paginator, icontains", told("theirs", 0.5)),
    ]


def lines(rows: int) -> list[Line]:
    from django.conf import settings
    from django.contrib.auth.models import AnonymousUser

    from characters.models import Character
    from characters.selectors import edition_of
    from characters.selectors.discovery import Sort, Wish, browse, similar_to, tags_to_choose

    settings.CHIPS_SECONDS = 0  # every list asks for its tags, as the first of five minutes does
    nobody, chance = AnonymousUser(), random.Random(9)
    size = f"{rows // 1000}k characters"
    # How far people leaf, with the place that each page begins at.
    places = [""]
    for _ in range(60):
        places.append(browse(user=nobody, wish=Wish(after=places[-1])).after)
    leafed = [min(60, int(chance.expovariate(0.15))) for _ in range(ASKED)]
    orders = {Sort.TRENDING: "-heat", Sort.NEW: "-published_at", Sort.LOVED: "-loves"}
    sorts = [chance.choice(list(orders)) for _ in range(ASKED)]
    english = [" ".join(chance.sample(ENGLISH, chance.choice([1, 1, 2]))) for _ in range(ASKED)]
    chinese = ["".join(chance.sample(CHINESE, chance.choice([1, 1, 2]))) for _ in range(ASKED)]
    tagged = [f"tag-{chance.randrange(TAGS)}" for _ in range(ASKED)]
    some = list(Character.objects.filter(visibility="public").select_related("published")[:ASKED])

    def ours(wish: Wish) -> None:
        browse(user=nobody, wish=wish)
        tags_to_choose(chosen=wish.tag)

    def alike(character: Character) -> None:
        similar_to(character, edition_of(character), user=nobody)

    def tagged_alike(character: Character) -> None:
        tags = list(character.tags.all())
        found = Character.objects.filter(tags__in=tags, visibility="public").exclude(pk=character.pk).distinct()
        [list(one.versions.all()) for one in found.order_by("-heat")[:6]]

    return [
        *in_turns(f"list of {size}", sorts, lambda sort: ours(Wish(sort=sort)),
                  lambda sort: paginator(order=orders[sort])),
        *in_turns(f"some pages on, {size}", leafed, lambda page: ours(Wish(after=places[page])),
                  lambda page: paginator(page=page + 1)),
        *in_turns(f"with a tag, {size}", tagged, lambda tag: ours(Wish(tag=tag)), lambda tag: paginator(tag=tag)),
        *in_turns(f"English words in {size}", english, lambda text: ours(Wish(query=text)),
                  lambda text: paginator(query=text)),
        *in_turns(f"Chinese in {size}", chinese, lambda text: ours(Wish(query=text)),
                  lambda text: paginator(query=text)),
        *in_turns(f"similar of {size}", some, alike, tagged_alike, goal=None)[:1],
    ]  # fmt: skip


def scratch_database(url: str) -> str:
    import psycopg

    base, _, _ = url.rpartition("/")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("drop database if exists bench_discovery with (force)")
        connection.execute("create database bench_discovery")
    return f"{base}/bench_discovery"


def main(rows: int) -> None:
    os.environ["DATABASE_URL"] = scratch_database(os.environ["DATABASE_URL"])
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", verbosity=0)
    fill(rows)
    with connection.cursor() as cursor:
        cursor.execute("vacuum analyze")
    tell(lines(rows))


if __name__ == "__main__":
    main(int(sys.argv[1]))
