"""The graph as SVG: scenes in rows by how far they are from the beginning, endings last."""

from html import escape
from unicodedata import east_asian_width

from stories.book import Book
from stories.study.graph import Edge, edges, titled

WIDE, HIGH, GAP, ROW = 190, 44, 24, 110
LETTERS = 26
_STYLE = (
    "text{font:13px system-ui,sans-serif;fill:#1c1517}rect{fill:#f6ecd6;stroke:#85503d}"
    ".ending{fill:#dfe8db;stroke:#2b5452}path{fill:none;stroke:#85503d;stroke-opacity:.55}"
)
Point = tuple[float, float]


def svg(book: Book, language: str = "en") -> str:
    """Whole and by itself: nothing in it is fetched from elsewhere."""
    rows = _rows(book)
    wide = max(len(row) for row in rows) * (WIDE + GAP) + GAP
    places = {
        name: ((wide - len(row) * (WIDE + GAP) + GAP) / 2 + at * (WIDE + GAP), GAP + down * ROW)
        for down, row in enumerate(rows)
        for at, name in enumerate(row)
    }
    lines = [_line(places[edge.start], places[edge.to]) for edge in edges(book) if edge.start and edge.to in places]
    boxes = [_box(book, name, place, language) for name, place in places.items()]
    high = len(rows) * ROW
    size = f'viewBox="0 0 {wide} {high}" width="{wide}" height="{high}"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img">'
    title = f"<title>{escape(titled(book, book.file.title, language))}</title>"
    return "\n".join([head, title, f"<style>{_STYLE}</style>", *dict.fromkeys(lines), *boxes, "</svg>"]) + "\n"


def _rows(book: Book) -> list[list[str]]:
    far = _distances(book.file.start, edges(book))
    last = max(far.get(name, 0) for name in book.scenes) + 1
    rows: list[list[str]] = [[] for _row in range(last + 1)]
    for name in book.scenes:
        rows[far.get(name, 0)].append(name)
    rows[last] += book.endings
    return [row for row in rows if row]


def _distances(start: str, known: list[Edge]) -> dict[str, int]:
    far, row = {start: 0}, {start}
    while row:
        row = {edge.to for edge in known if edge.start in row and edge.to not in far}
        distance = max(far.values()) + 1
        far |= dict.fromkeys(row, distance)
    return far


def _line(start: Point, end: Point) -> str:
    x1, y1, x2, y2 = start[0] + WIDE / 2, start[1] + HIGH, end[0] + WIDE / 2, end[1]
    return f'<path d="M{x1:g} {y1:g}C{x1:g} {y1 + 40:g} {x2:g} {y2 - 40:g} {x2:g} {y2:g}"/>'


def _box(book: Book, name: str, place: Point, language: str) -> str:
    x, y = place
    ending = name in book.endings
    part = book.file.endings[name] if ending else book.file.scenes[name]
    kind = ' class="ending"' if ending else ""
    words = escape(_fitting(titled(book, part.title, language)))
    return (
        f'<rect x="{x:g}" y="{y:g}" width="{WIDE}" height="{HIGH}" rx="{22 if ending else 6}"{kind}/>'
        f'<text x="{x + WIDE / 2:g}" y="{y + HIGH / 2 + 5:g}" text-anchor="middle">{words}</text>'
    )


def _fitting(title: str) -> str:
    """As much as a box holds; a Chinese character takes the place of two letters."""
    room = LETTERS
    for at, letter in enumerate(title):
        room -= 2 if east_asian_width(letter) in "WF" else 1
        if room < 0:
            return title[: at - 1].rstrip() + "…"
    return title
