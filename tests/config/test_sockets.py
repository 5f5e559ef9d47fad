"""What goes out on a WebSocket without the library's help is what the library would send, and reads."""

import pytest
from websockets.frames import Frame, Opcode

from config.sockets import text_frame


@pytest.mark.parametrize("size", [0, 1, 125, 126, 65_535, 65_536, 200_000])
def test_a_frame_is_the_one_that_the_library_makes(size: int) -> None:
    text = b"x" * size
    assert text_frame(text) == Frame(Opcode.TEXT, text).serialize(mask=False)
