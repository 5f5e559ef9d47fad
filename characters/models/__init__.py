from characters.models.asset import Asset
from characters.models.audience import Favourite, Follow
from characters.models.card import CardOriginal, Container
from characters.models.character import Character, Rating, Visibility
from characters.models.draft import Draft
from characters.models.knowledge import Knowledge, Passage
from characters.models.lore import Logic, Lorebook, LoreEntry, Place, Removal, Role, Scope
from characters.models.publication import Publication, PublishingRequest
from characters.models.stage import StagedBook, StagedText
from characters.models.statistics import (
    CharacterDay,
    CharacterSpan,
    Earning,
    GreetingStat,
    LoreStat,
    Milestone,
    RevenueShare,
    RollUp,
    TalkLength,
)
from characters.models.tag import Tag
from characters.models.version import CharacterVersion, Language, VersionIsImmutable
from characters.models.webhook import Delivery, Webhook

__all__ = [
    "Asset",
    "CardOriginal",
    "Character",
    "CharacterDay",
    "CharacterSpan",
    "CharacterVersion",
    "Container",
    "Delivery",
    "Draft",
    "Earning",
    "Favourite",
    "Follow",
    "GreetingStat",
    "Knowledge",
    "Language",
    "Logic",
    "LoreEntry",
    "LoreStat",
    "Lorebook",
    "Milestone",
    "Passage",
    "Place",
    "Publication",
    "PublishingRequest",
    "Rating",
    "Removal",
    "RevenueShare",
    "Role",
    "RollUp",
    "Scope",
    "StagedBook",
    "StagedText",
    "Tag",
    "TalkLength",
    "VersionIsImmutable",
    "Visibility",
    "Webhook",
]
