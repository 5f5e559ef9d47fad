"""What sections and columns are called on the pages of a take-out."""

from collections.abc import Mapping
from typing import Any

from django.db import models
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from accounts.privacy.holdings import Holding, taken


class Group(models.TextChoices):
    """The contents are listed under these, in this order."""

    TALKS = "talks", _("Talks")
    MAKING = "making", _("What you made")
    MEMORY = "memory", _("What characters remember of you")
    ACCOUNT = "account", _("Your account")
    USE = "use", _("Use and plans")
    RULES = "rules", _("Rules and decisions")
    MORE = "more", _("More")

    @classmethod
    def of(cls, holding: Holding) -> "Group":
        return _GROUPS.get(holding.taken) or _GROUPS_OF_APPS.get(holding.model.partition(".")[0], cls.MORE)


_GROUPS_OF_APPS = {
    "accounts": Group.ACCOUNT,
    "account": Group.ACCOUNT,
    "socialaccount": Group.ACCOUNT,
    "characters": Group.MAKING,
    "stories": Group.MAKING,
    "memory": Group.MEMORY,
    "chat": Group.TALKS,
    "voice": Group.TALKS,
    "moderation": Group.RULES,
}
_GROUPS = {
    **dict.fromkeys(
        ("usage", "usage_days", "caps", "cap_alarms", "terms", "subscriptions", "earnings"),
        Group.USE,
    ),
    **dict.fromkeys(("sanctions", "ages", "consents", "publications"), Group.RULES),
    **dict.fromkeys(("favourites", "follows", "webhooks"), Group.ACCOUNT),
}

SECTIONS: Mapping[str, Any] = {
    "account": _("Account"),
    "profile": _("Profile"),
    "personas": _("Personas"),
    "ages": _("What you said of your age"),
    "api_keys": _("API keys"),
    "sessions": _("Where you are signed in"),
    "sanctions": _("What you may not do"),
    "usage_days": _("Messages a day"),
    "usage": _("Use of models"),
    "caps": _("Spending caps"),
    "cap_alarms": _("Warnings about caps"),
    "consents": _("What you agreed to"),
    "sitting": _("How long you have been talking"),
    "subscriptions": _("Subscriptions"),
    "terms": _("Plans for a time"),
    "blocks": _("Players you blocked"),
    "membership": _("Your organisation"),
    "departure": _("That you want to go"),
    "addresses": _("E-mail addresses"),
    "identities": _("Accounts at other sites"),
    "character_versions": _("Versions of characters"),
    "lore_entries": _("Entries of lorebooks"),
    "publications": _("Requests to publish"),
    "favourites": _("Hearts"),
    "follows": _("Creators you follow"),
    "earnings": _("What characters earned"),
    "webhooks": _("Webhooks"),
    "lines": _("Lines of talks"),
    "plays": _("Stories played in talks"),
    "play_entries": _("What happened in stories"),
    "feedback": _("What was said of how you did"),
    "story_versions": _("Versions of stories"),
    "story_publications": _("Requests to publish stories"),
    "participations": _("Talks you are in"),
    "cast": _("Characters in talks"),
    "usual_parts": _("Whom you play with a character"),
    "ratings": _("What you think of replies"),
    "rooms": _("Rooms"),
    "imports": _("Files you brought"),
    "pairs": _("Characters that know you"),
    "memory_sources": _("Lines that memories come from"),
    "bonds": _("How bonds grew"),
    "appeals": _("Appeals"),
    "handbook": _("Handbooks you read"),
    "takeouts": _("Take-outs"),
    "restorations": _("Take-outs you brought"),
}

LABELS: Mapping[str, Any] = {
    "about": _("about, for players"),
    "action": _("action"),
    "agent": _("browser"),
    "address": _("address"),
    "alt": _("what it shows"),
    "answer": _("answer"),
    "appeal_until": _("may be appealed until"),
    "at": _("when"),
    "bio": _("about you"),
    "calls": _("calls"),
    "cached": _("of these from the cache"),
    "again": _("answers kept"),
    "character": _("character"),
    "completion": _("tokens out"),
    "content": _("content"),
    "country": _("country"),
    "created_at": _("created"),
    "creator_notes": _("author's note"),
    "changed_at": _("changed"),
    "closeness": _("closeness"),
    "confidence": _("confidence"),
    "currency": _("currency"),
    "current": _("in force"),
    "data": _("file"),
    "date_joined": _("joined"),
    "day": _("day"),
    "decided_at": _("decided"),
    "description": _("description"),
    "document": _("card"),
    "due_at": _("due"),
    "email": _("e-mail address"),
    "enabled": _("in use"),
    "ended_at": _("ended"),
    "ends_at": _("ends"),
    "begins_at": _("begins"),
    "event": _("event"),
    "events": _("events"),
    "examples": _("examples"),
    "expires_at": _("expires"),
    "filename": _("file"),
    "findings": _("findings"),
    "generation": _("generation parameters"),
    "given": _("agreed"),
    "greetings": _("greetings"),
    "happened_at": _("when"),
    "importance": _("importance"),
    "joined_at": _("joined"),
    "keys": _("keys"),
    "kind": _("kind"),
    "label": _("label"),
    "language": _("language"),
    "last_login": _("last visit"),
    "last_used_at": _("last used"),
    "messages": _("messages"),
    "micros": _("millionths of the currency"),
    "mode": _("memory"),
    "model": _("model"),
    "mood": _("mood"),
    "moves": _("what moved"),
    "name": _("name"),
    "nickname": _("nickname"),
    "number": _("number"),
    "operation": _("what for"),
    "personality": _("personality"),
    "pinned": _("pinned"),
    "plan": _("plan"),
    "position": _("position"),
    "prefix": _("begins with"),
    "presentation": _("presentation"),
    "prompt": _("tokens in"),
    "provenance": _("where it is from"),
    "provider": _("provider"),
    "published_at": _("first shown"),
    "purpose": _("purpose"),
    "rating": _("rating"),
    "reason": _("reason"),
    "recalled": _("how often it came up"),
    "recalled_at": _("came up last"),
    "revoked_at": _("revoked"),
    "rule": _("rule"),
    "said_at": _("said"),
    "scenario": _("scenario"),
    "scope": _("scope"),
    "scopes": _("what it may do"),
    "secondary_keys": _("secondary keys"),
    "seen": _("last used"),
    "since": _("since"),
    "source": _("where it is from"),
    "span": _("span"),
    "state": _("state"),
    "system_prompt": _("system prompt"),
    "tagline": _("tagline"),
    "tags": _("tags"),
    "text": _("text"),
    "theme": _("lights"),
    "time_zone": _("time zone"),
    "title": _("title"),
    "traits": _("traits"),
    "until": _("until"),
    "updated_at": _("changed"),
    "url": _("address"),
    "version": _("version"),
    "visibility": _("visibility"),
    "where": _("where"),
    "words": _("words"),
    "written": _("of these into the cache"),
    "feeling": _("feeling"),
}


def title_of(holding: Holding) -> str:
    return capfirst(str(SECTIONS.get(holding.taken) or holding.called or holding.what))


def section_called(name: str) -> str:
    return next((title_of(holding) for holding in taken() if holding.taken == name), name)


def label_of(name: str, column: Any = None) -> str:
    """What the column is called here, else in its model, else as in the JSON, which is read too."""
    called = LABELS.get(name)
    if called is None and isinstance(getattr(column, "verbose_name", None), Promise):
        called = column.verbose_name
    return capfirst(str(called or name.replace("_", " ")))
