"""What a process that serves has loaded before anybody comes: each of these takes megabytes, and few pages need it."""

import subprocess
import sys
from collections.abc import Iterator
from inspect import iscoroutinefunction
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils.module_loading import import_string

LOOK = """
import sys
import config.asgi
from django.urls import get_resolver

get_resolver().url_patterns
print(*sys.modules)
"""


@pytest.fixture(scope="module")
def loaded() -> set[str]:
    done = subprocess.run([sys.executable, "-c", LOOK], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


WAITS = [
    "PIL",
    "qrcode",
    "openai",
    "resvg_py",
    "av",
    "fido2",
    "requests",
    "charset_normalizer",
    "drf_spectacular.plumbing",
]
NEVER = ["sklearn", "scipy", "daphne", "twisted", "django.test", "unittest.mock"]


@pytest.mark.parametrize("module", WAITS + NEVER)
def test_what_hardly_any_page_needs_is_not_loaded(module: str, loaded: set[str]) -> None:
    assert module not in loaded


def views(patterns: list[URLPattern | URLResolver]) -> Iterator[Any]:
    for each in patterns:
        if isinstance(each, URLResolver):
            yield from views(each.url_patterns)
        else:
            yield each.callback


def test_views_that_are_loaded_later_are_what_django_takes_them_for() -> None:
    names = [view.__name__ for view in views(get_resolver().url_patterns) if view.__module__ == "accounts.later"]
    assert "accounts.second_factor_views.index" in names
    for view in map(import_string, names):
        assert not iscoroutinefunction(view)
        assert not getattr(view, "csrf_exempt", False)


def test_the_look_sees_what_is_loaded(loaded: set[str]) -> None:
    assert {"config.asgi", "chat.consumers", "characters.imaging", "numpy"} <= loaded
