"""`make check`: everything a change must pass before the tests. All of it runs, whatever fails."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def commands() -> dict[str, list[str]]:
    python = [sys.executable]
    manage = [*python, "-W", "ignore", "manage.py"]
    templates = sorted(str(path.relative_to(ROOT)) for path in ROOT.glob("*/**/*.html") if is_ours(path))
    found = {
        # Takes the longest: the others are done beside it.
        "types": [*python, "-m", "mypy", "."],
        "lint": [*python, "-m", "ruff", "check"],
        "format": [*python, "-m", "ruff", "format", "--check", "--quiet"],
        "imports": [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"],
        "migrations": [*manage, "makemigrations", "--check", "--dry-run"],
        "system": [*manage, "check", "--fail-level", "WARNING"],
        "promises": [*python, "-W", "ignore", "-m", "config.promises"],
        "catalogues": [*python, "-m", "config.catalogues"],
    }
    if templates:
        found["templates"] = [
            str(Path(sys.executable).with_name("djade")),
            "--check",
            "--target-version",
            "5.2",
            *templates,
        ]
    return found


def is_ours(path: Path) -> bool:
    return not {".venv", "var", "node_modules"} & set(path.relative_to(ROOT).parts)


def run(command: list[str]) -> subprocess.CompletedProcess[str]:
    environ = os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings.test"}
    return subprocess.run(  # noqa: S603
        command,
        cwd=ROOT,
        env=environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )


def main() -> int:
    failed = []
    todo = commands()
    with ThreadPoolExecutor(max_workers=2) as pool:
        for name, done in zip(todo, pool.map(run, todo.values()), strict=True):
            print(f"{name:12}{'ok' if done.returncode == 0 else 'FAILED'}", flush=True)  # noqa: T201
            if done.returncode:
                failed.append(name)
                print(done.stdout.rstrip(), flush=True)  # noqa: T201
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
