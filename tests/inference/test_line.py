"""The line before an endpoint, as processes meet in it."""

import subprocess
import sys

from django.conf import settings


def test_children_of_one_process_hold_places_under_names_of_their_own() -> None:
    """Two workers of Celery's pool came to the line with the same tickets, and one took the other's place."""
    code = (
        "import os; from inference import line\n"
        "print(line._process, flush=True)\n"
        "for _ in range(2):\n"
        "    if os.fork() == 0: print(line._process, flush=True); os._exit(0)\n"
        "    os.wait()"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=settings.BASE_DIR, capture_output=True, text=True, check=True
    )
    names = done.stdout.split()
    assert len(names) == len(set(names)) == 3
