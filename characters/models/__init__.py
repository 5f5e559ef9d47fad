from characters.models.character import Character, Visibility
from characters.models.tag import Tag
from characters.models.version import CharacterVersion, Language, VersionIsImmutable

__all__ = ["Character", "CharacterVersion", "Language", "Tag", "VersionIsImmutable", "Visibility"]
