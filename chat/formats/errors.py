"""What is wrong with a file, or with one talk in it."""

from accounts.errors import Invalid


class BadFile(Invalid):
    """`code` is one of REASONS in chat/import_words.py, which has the sentences."""

    def __init__(self, code: str, *, limit: int | None = None) -> None:
        self.code = code
        super().__init__(field="file", limit=limit)
