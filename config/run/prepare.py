"""What must be done before the servers start, in one process. Prints one JSON object at the end."""

import hashlib
import json
import os
import sys
from io import StringIO
from pathlib import Path

import django


def step(said: str) -> None:
    print(said, file=sys.stderr, flush=True)


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")
    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    step("Bringing the database up to date")
    call_command("migrate", verbosity=0, interactive=False)
    step("Loading the preset characters")
    call_command("load_presets", verbosity=0)
    collect(Path(settings.STATIC_ROOT))
    told = StringIO()
    call_command("demo_accounts", stdout=told)
    accounts = [json.loads(line) for line in told.getvalue().splitlines() if line.startswith("{")]
    print(json.dumps({"accounts": accounts, "standin": settings.STANDIN_ANSWERS, "model": settings.CHAT_MODEL}))


def collect(root: Path) -> None:
    """Collect the static files unless they are as they were the last time."""
    from django.contrib.staticfiles.finders import get_finders
    from django.core.management import call_command

    digest = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list([]):
            stat = Path(storage.path(name)).stat()
            digest.update(f"{name} {stat.st_size} {stat.st_mtime_ns}\n".encode())
    mark = root / ".collected"
    if mark.exists() and mark.read_text() == digest.hexdigest():
        return
    step("Collecting static files")
    call_command("collectstatic", verbosity=0, interactive=False, clear=True)
    mark.write_text(digest.hexdigest())


if __name__ == "__main__":
    main()
