"""What this app holds of people: what they make, and what they are fond of."""

from django.utils.translation import gettext_lazy as _

from accounts.privacy.holdings import Holding

PLAY = "to play with what somebody made"
STAGED = "deleted; stays without an author where others talk with it"
_FIGURES = "figures of a character, of no player"


def _figures(model: str, whose: str = "character__owner") -> Holding:
    return Holding(
        model=f"characters.{model}",
        what=_FIGURES,
        why="to show creators how they are received",
        whose=whose,
        left="figures of an audience, shown in the studio",
    )


HOLDINGS = (
    Holding(
        model="characters.Character",
        called=_("characters"),
        what="characters one made",
        why=PLAY,
        whose="owner",
        taken="characters",
        erased="as its author chose: deleted, handed over, or left without an author",
    ),
    Holding(
        model="characters.CharacterVersion",
        what="what they are like, version by version",
        why=PLAY,
        whose="character__owner",
        taken="character_versions",
        erased=STAGED,
    ),
    Holding(model="characters.Draft", called=_("drafts"), what="drafts", why=PLAY, whose="owner", taken="drafts"),
    Holding(model="characters.Asset", called=_("pictures"), what="pictures", why=PLAY, whose="owner", taken="pictures"),
    Holding(
        model="characters.CardOriginal",
        called=_("files of cards"),
        what="files of cards",
        why=PLAY,
        whose="owner",
        taken="cards",
    ),
    Holding(
        model="characters.Lorebook",
        called=_("lorebooks"),
        what="lorebooks (those of players sealed)",
        why=PLAY,
        whose="owner",
        sealed={"sealed": "characters_lorebook"},
        taken="lorebooks",
        erased=STAGED,
    ),
    Holding(
        model="characters.LoreEntry",
        what="their entries (those of players sealed)",
        why=PLAY,
        whose="book__owner",
        sealed={"sealed": "characters_loreentry"},
        taken="lore_entries",
        erased=STAGED,
    ),
    Holding(
        model="characters.Removal",
        what="entries in the trash",
        why="to bring them back",
        whose="book__owner",
        kept="30 days",
        left="that something lies in the trash; what does is taken",
    ),
    Holding(
        model="characters.Knowledge",
        called=_("texts that characters know"),
        what="texts a character knows",
        why=PLAY,
        whose="character__owner",
        taken="knowledge",
        erased=STAGED,
    ),
    Holding(
        model="characters.Passage",
        what="their passages, and vectors",
        why="to find them by meaning",
        whose="knowledge__character__owner",
        left="made from the texts, which are taken",
        erased=STAGED,
    ),
    Holding(
        model="characters.StagedBook",
        what="lore as others are told it",
        why=PLAY,
        whose="book__owner",
        left="a copy of the lore, which is taken",
        erased=STAGED,
    ),
    Holding(
        model="characters.StagedText",
        what="texts as others are told them",
        why=PLAY,
        whose="knowledge__character__owner",
        left="a copy of the texts, which are taken",
        erased=STAGED,
    ),
    Holding(
        model="characters.Publication",
        what="requests to publish, and decisions",
        why="to keep the rules",
        whose="asked_by",
        taken="publications",
    ),
    Holding(
        model="characters.Favourite", called=_("hearts"), what="hearts", why=PLAY, whose="user", taken="favourites"
    ),
    Holding(model="characters.Follow", what="creators one follows", why=PLAY, whose="follower", taken="follows"),
    Holding(
        model="characters.Earning",
        what="what characters earned",
        why="to share out what models cost",
        whose="creator",
        taken="earnings",
    ),
    Holding(
        model="characters.Webhook",
        what="addresses that are told (secrets sealed)",
        why=PLAY,
        whose="owner",
        sealed={"secret": "characters_webhook"},
        taken="webhooks",
    ),
    Holding(
        model="characters.Delivery",
        what="what they were told",
        why=PLAY,
        whose="webhook__owner",
        kept="30 days",
        left="copies of events, short-lived",
    ),
    _figures("CharacterDay"),
    _figures("CharacterSpan"),
    _figures("TalkLength"),
    _figures("Milestone"),
    _figures("GreetingStat", "version__character__owner"),
    _figures("LoreStat", "entry__book__owner"),
)
