"""A browser whose microphone says one sentence again and again, or nothing."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from playwright.sync_api import BrowserContext, BrowserType

from tests.voice.sounds import silence, spoken, wrapped


@contextmanager
def speaking_browser(
    browser_type: BrowserType,
    launch: dict[str, Any],
    context: dict[str, Any],
    folder: Path,
    *,
    pause: float = 1.5,
    says: bool = True,
) -> Iterator[BrowserContext]:
    """Whoever is asked whether a page may hear it says yes. `pause`: seconds between the sentences, if it `says` it."""
    said = folder / "said.wav"
    sound = np.concatenate([silence(0.5), *([spoken()] if says else []), silence(pause - 0.5)]).astype(np.float32)
    said.write_bytes(wrapped(sound, "wav", codec="pcm_s16le"))
    flags = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
    flags += [f"--use-file-for-fake-audio-capture={said}", *launch["args"]]
    browser = browser_type.launch(**launch | {"args": flags})
    opened = browser.new_context(**context)
    try:
        yield opened
    finally:
        opened.close()
        browser.close()
