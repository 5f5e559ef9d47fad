"""What this app holds of people: what characters remember of them."""

from django.utils.translation import gettext_lazy as _

from accounts.privacy.holdings import Holding
from memory import places

WHY = "so that characters remember"
TALK = "as long as the lines it is from"

HOLDINGS = (
    Holding(
        model="memory.Pair",
        what="that a character knows somebody",
        why=WHY,
        whose="owner",
        taken="pairs",
        hidden=("revision", "known", "talks", "bond_talks", "swept_at"),
        restored=("character", "mode", "mode_before", "paused_at"),
    ),
    Holding(
        model="memory.Memory",
        called=_("memories"),
        what="memories (sealed), vectors",
        why=WHY,
        whose="pair__owner",
        sealed={"text": places.MEMORY},
        taken="memories",
        hidden=("slot", "model", "seen_by"),
        restored=(
            "pair",
            "conversation",
            "kind",
            "text",
            "importance",
            "confidence",
            "said_at",
            "pinned",
            "provenance",
            "state",
            "superseded_by",
            "created_at",
            "changed_at",
        ),
    ),
    Holding(
        model="memory.MemorySource",
        what="lines they come from",
        why=WHY,
        whose="memory__pair__owner",
        taken="memory_sources",
        restored=("memory", "conversation", "message_id", "revision"),
    ),
    Holding(
        model="memory.Episode",
        what="lines as they are recalled (sealed), vectors",
        why=WHY,
        whose="pair__owner",
        kept=TALK,
        sealed={"text": places.EPISODE},
        left="copies of lines, which are taken",
    ),
    Holding(
        model="memory.SessionNote",
        called=_("notes of long talks"),
        what="notes of long talks (sealed)",
        why=WHY,
        whose="conversation__owner",
        kept=TALK,
        sealed={"sections": places.NOTE},
        taken="notes",
        restored=(
            "conversation",
            "from_id",
            "until_id",
            "lines",
            "sections",
            "tokens",
            "template",
            "model",
            "revision",
            "created_at",
        ),
    ),
    Holding(
        model="memory.BondStep",
        called=_("steps of bonds"),
        what="how a bond grew (words sealed)",
        why=WHY,
        whose="pair__owner",
        sealed={"words": places.STEP},
        taken="bonds",
        restored=(
            "pair",
            "conversation",
            "message_id",
            "revision",
            "event",
            "moves",
            "mood",
            "words",
            "happened_at",
            "undone_at",
        ),
    ),
    Holding(
        model="memory.StyleSample",
        what="a sample of a character's voice (sealed)",
        why=WHY,
        whose="pair__owner",
        sealed={"text": places.SAMPLE},
        left="a copy of a reply, which is taken",
    ),
)
