"""The result of a story that was played, to keep: Markdown to read, JSON for programs. Words are handed in."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from chat.formats.markdown import plain
from chat.formats.neutral import Line

REACHED = {"yes": "✓", "partly": "◐", "no": "✗"}


def reached_in_words(reached: str) -> str:
    return {
        "yes": _("reached"),
        "partly": _("partly reached"),
        "no": _("not reached"),
    }.get(reached, "")


def as_markdown(result: Any) -> Iterator[str]:
    """Of a `selectors.results.Result`, in the reader's language."""
    yield f"# {plain(result.title)}\n\n{plain(result.learner)} · {result.begun_at:%Y-%m-%d}\n\n"
    stand = result.stand
    if stand.ending:
        yield f"**{pgettext('of a story', 'Ending')}:** {plain(stand.ending)}  \n{plain(stand.means)}\n\n"
    else:
        yield f"**{_('Under way')}:** {plain(stand.scene)}\n\n"
    if result.marks:
        yield f"## {_('What was looked at')}\n\n"
        for mark in result.marks:
            where = f" ({plain(mark.scene)})" if mark.scene else ""
            said = f" {REACHED[mark.reached]} {reached_in_words(mark.reached)}" if mark.reached else ""
            yield f"- **{plain(mark.name)}**{where}:{said}  \n  {plain(mark.note or mark.good)}\n"
        yield "\n"
    yield f"## {_('What was said')}\n"
    for line in result.lines:
        yield f"\n**{plain(line.name)}** · {_moment(line):%H:%M}\n\n{line.text.rstrip()}\n"


def as_data(result: Any) -> Mapping[str, Any]:
    """The same for programs; names of fields are English."""
    stand = result.stand
    return {
        "conversation_id": str(result.play.pk),
        "story": {
            "id": str(result.play.version.story_id),
            "version_id": str(result.play.version_id),
            "title": result.title,
            "language": result.play.language,
        },
        "learner": result.learner,
        "begun_at": result.begun_at.isoformat(),
        "scene": stand.scene,
        "ending": {"title": stand.ending, "kind": stand.kind, "means": stand.means} if stand.ending else None,
        "actions": stand.actions,
        "feedback": result.feedback,
        "marks": [
            {"name": mark.name, "scene": mark.scene, "good": mark.good, "reached": mark.reached, "note": mark.note}
            for mark in result.marks
        ],
        "attempts": [
            {"message_id": str(each.message_id), "ending": each.ending, "at": each.at.isoformat()}
            for each in result.attempts
        ],
        "lines": [
            {"role": line.role, "name": line.name, "text": line.text, "at": _moment(line).isoformat()}
            for line in result.lines
        ],
    }


def _moment(line: Line) -> datetime:
    return datetime.fromtimestamp((line.at or 0) / 1000, UTC)
