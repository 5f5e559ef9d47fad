"""Where a text is judged: on the event loop what is over soon, in a thread what would keep others waiting."""

import threading

import pytest

from moderation import decision
from moderation.decision import INLINE, decided
from moderation.filters.base import Context
from moderation.weights import default_chain


@pytest.mark.parametrize(("sign", "most"), [("a ", INLINE), ("茶", INLINE // 3)])
async def test_a_long_text_is_judged_in_a_thread_and_chinese_is_longer_than_it_looks(
    sign: str, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    where: list[int] = []
    monkeypatch.setattr(decision, "decide", lambda *_args, **_more: where.append(threading.get_ident()))
    default_chain()
    for text in (sign * (most // len(sign)), sign * (most // len(sign) + 1)):
        await decided(text, Context())
    here = threading.get_ident()
    assert [thread == here for thread in where] == [True, False]
