"""Reads cards in a process of its own that may not grow by more than so much, and says what each one took.

Seconds are those of the processor: what else the machine does is no fault of a card.

python -m tests.characters.cards.weigh LIMIT_MB FILE...
"""

import json
import resource
import sys
import time
from contextlib import suppress

from django.conf import settings

from tests.characters import bitmaps


def main(limit: int, paths: list[str]) -> None:
    settings.configure(USE_I18N=False)
    from characters.cards import CardError, read_card
    from characters.cards.books import entries_of, entry_columns
    from characters.cards.columns import book_of, version_columns
    from characters.cards.moods import bytes_of, mood_pictures
    from characters.cards.portrait import is_bearable
    from characters.cards.understanding import report_on
    from characters.imaging import PictureError, cut_portrait

    def take_in(path: str) -> None:
        """All that an import does before it asks a database."""
        with open(path, "rb") as file:
            card = read_card(file.read())
        version_columns(card.document, card.spec)
        book = book_of(card.document, card.spec)
        for entry in entries_of(book) if book else ():
            entry_columns(entry)
        report_on(card)
        if card.picture and is_bearable(card.picture):
            with suppress(PictureError):
                cut_portrait(card.picture)
        for asset in mood_pictures(card).values():
            with suppress(PictureError):
                cut_portrait(bytes_of(card, asset))

    def memory(name: str) -> int:
        with open("/proc/self/status") as status:
            return next(int(line.split()[1]) for line in status if line.startswith(name)) * 1024

    report_on(read_card(b'{"name":"warm","description":""}'))
    cut_portrait(bitmaps.png(64, 64))
    resource.setrlimit(resource.RLIMIT_AS, (memory("VmSize") + limit, -1))
    resource.setrlimit(resource.RLIMIT_CPU, (20, 20))
    for path in paths:
        with open("/proc/self/clear_refs", "w") as refs:
            refs.write("5")  # the peak begins anew
        before, started, reason = memory("VmRSS"), time.process_time(), ""
        try:
            take_in(path)
        except CardError as error:
            reason = error.reason
        except MemoryError:
            reason = "out of memory"
        seconds = time.process_time() - started
        print(json.dumps({"reason": reason, "seconds": seconds, "grown": memory("VmHWM") - before}), flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) * 1024 * 1024, sys.argv[2:])
