"""What an author writes into a story is judged before it is kept (`accounts.judging`), as a card is."""

from collections.abc import Iterable, Iterator

from django.utils.translation import gettext_lazy as _

from accounts.judging import NotAllowed, Place, judged
from accounts.models import User
from stories.book import Book
from stories.texts import texts_of

# Texts are looked at several at once: most stories hold hundreds, each a line or two.
TOGETHER = 4_000


def judge_story(book: Book, *, owner: User | None, rating: str) -> None:
    """Raises NotAllowed with the path of the text. What the house wrote is not looked at."""
    if owner is None:
        return
    for texts in _together(texts_of(book.file)):
        try:
            _judge(texts[0][0], "\n\n".join(text for _path, text in texts), owner, rating)
        except NotAllowed:
            for path, text in texts:
                _judge(path, text, owner, rating)
            raise


def _judge(path: str, text: str, owner: User, rating: str) -> None:
    """What would only be masked in a card is refused here: nobody but the author changes the document."""
    if judged(text, Place("card", "card", rating), field=path, user=owner) != text:
        raise NotAllowed(_("This looks like somebody’s address or number."), field=path)


def _together(texts: Iterable[tuple[str, str]]) -> Iterator[list[tuple[str, str]]]:
    found: list[tuple[str, str]] = []
    for path, text in texts:
        if found and sum(len(each) for _path, each in found) + len(text) > TOGETHER:
            yield found
            found = []
        found.append((path, text))
    if found:
        yield found
