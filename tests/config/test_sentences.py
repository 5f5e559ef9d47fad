"""Whatever asks for a translation is found, in code and in templates."""

from pathlib import Path

from config.dotenv import PROJECT
from config.sentences import asked, sentences_of


def test_code_and_templates_are_read(tmp_path: Path) -> None:
    code, page = tmp_path / "code.py", tmp_path / "page.html"
    code.write_text('title = _("A title")\nngettext("%(n)s line", "%(n)s lines", 2)\npgettext("verb", "Open")\n')
    page.write_text('<p>{% trans "A page" %}</p>\n{% blocktrans with name=who %}Hello {{ name }}{% endblocktrans %}\n')
    assert list(sentences_of(code)) == [(("", "A title"), 1), (("", "%(n)s line"), 2), (("verb", "Open"), 3)]
    assert [sentence for sentence, _ in sentences_of(page)] == [("", "A page"), ("", "Hello %(name)s")]


def test_each_sentence_comes_with_its_place() -> None:
    found = asked()
    assert len(found) > 1_000
    assert all((PROJECT / place.partition(":")[0]).exists() for place in found.values())
