"""Find the browser of the browser tests, or install it. `python -m tests.chromium` prints where it is."""

import os
import shutil
import subprocess
import sys

from playwright._impl._driver import compute_driver_executable

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
)


def find() -> str | None:
    return os.environ.get("CHROMIUM") or next((found for name in NAMES if (found := shutil.which(name))), None)


def driver_runs() -> bool:
    """Whether Playwright's driver starts; on a bare system it lacks a library."""
    node, _ = compute_driver_executable()
    return subprocess.run([node, "--version"], capture_output=True, check=False).returncode == 0


def install(*packages: str) -> None:
    """What is not to be had is left out; `main` says what is missing then."""
    if not packages or os.geteuid() != 0 or not shutil.which("apt-get"):
        return
    print(f"Installing {' and '.join(packages)} for the browser tests", flush=True)
    environ = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for command in (["apt-get", "update"], ["apt-get", "install", "-y", "--no-install-recommends", *packages]):
        if subprocess.run([*command, "-qq"], env=environ, stdout=subprocess.DEVNULL, check=False).returncode:
            return


def main() -> int:
    # The shell has no window and none of its work: tests take less of the machine.
    install(*([] if find() else ["chromium-headless-shell"]), *([] if driver_runs() else ["libatomic1"]))
    install(*([] if find() else ["chromium"]))
    if not (found := find()):
        print(
            "No Chromium for the browser tests: install the package chromium, or set CHROMIUM to one",
            file=sys.stderr,
        )
        return 1
    if not driver_runs():
        print("Playwright's driver does not start: install the package libatomic1", file=sys.stderr)
        return 1
    print(f"Chromium: {found}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
