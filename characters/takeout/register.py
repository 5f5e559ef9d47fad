"""What of characters goes out with a take-out, and comes in: told to `accounts` once, in `apps.py`."""

from accounts.restore.work import after_all, comes_after, named_in_json, restores
from accounts.takeout.build import also_takes
from accounts.takeout.pages import chapter
from characters.services import restoring
from characters.takeout.pages import MODELS, TAG, tags_used, write_characters


def register() -> None:
    chapter(MODELS, write_characters)
    also_takes("tags", tags_used, TAG)

    restores("characters.Asset", restoring.take_picture)
    restores("characters.CardOriginal", restoring.take_card)
    restores("characters.Character", restoring.take_character)
    restores("characters.CharacterVersion", restoring.take_version)
    restores("characters.Draft", restoring.take_draft)
    restores("characters.Favourite", restoring.take_favourite)
    restores("characters.Knowledge", restoring.take_knowledge)
    restores("characters.Lorebook", restoring.take_book)
    restores("characters.LoreEntry", restoring.take_entry)
    comes_after("characters.CharacterVersion", "characters.Asset", "characters.CardOriginal")
    comes_after("characters.Favourite", "characters.CharacterVersion")
    comes_after("characters.Lorebook", "characters.Character", "accounts.Persona", "chat.Conversation")
    named_in_json("characters.Asset", "characters.CardOriginal")
    after_all(restoring.put_in_order)
