"""What a process that serves has loaded before anybody comes: each of these takes megabytes, and few pages need it."""

import subprocess
import sys

import pytest

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


@pytest.mark.parametrize("package", ["PIL", "qrcode", "openai", "resvg_py", "av", "sklearn", "scipy", "daphne"])
def test_what_hardly_any_page_needs_is_not_loaded(package: str, loaded: set[str]) -> None:
    assert package not in loaded


def test_the_look_sees_what_is_loaded(loaded: set[str]) -> None:
    assert {"config.asgi", "chat.consumers", "characters.imaging", "numpy"} <= loaded
