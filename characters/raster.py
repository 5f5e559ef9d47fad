"""Drawn portraits as PNG: what cards travel in.

Painting takes seconds and holds the interpreter all the while: it happens in a process of its own, so that nobody's
reply stands still meanwhile.
"""

import subprocess
import sys
from functools import lru_cache

from django.utils.translation import gettext_lazy as _

from accounts.errors import Unavailable

WIDTH = 600
SECONDS = 30
# A megabyte each.
KEPT = 16
_PAINTER = """
import sys, resvg_py
drawn = sys.stdin.buffer.read().decode()
painted = resvg_py.svg_to_bytes(svg_string=drawn, width=int(sys.argv[1]), skip_system_fonts=True)
sys.stdout.buffer.write(bytes(painted))
"""


@lru_cache(maxsize=KEPT)
def painted(svg: bytes) -> bytes:
    """Raises Unavailable when it takes too long."""
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter, our own words, our own drawing
            [sys.executable, "-I", "-c", _PAINTER, str(WIDTH)],
            input=svg,
            capture_output=True,
            timeout=SECONDS,
            check=True,
        )
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError, OSError) as error:
        raise Unavailable(_("The portrait could not be painted right now. Please try again in a moment.")) from error
    return done.stdout
