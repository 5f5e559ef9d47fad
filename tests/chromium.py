"""Find the browser of the browser tests, or install it. `python -m tests.chromium` prints where it is."""

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def find() -> str | None:
    return os.environ.get("CHROMIUM") or next((found for name in NAMES if (found := shutil.which(name))), None)


def install() -> None:
    environ = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for command in (
        ["apt-get", "update"],
        ["apt-get", "install", "-y", "--no-install-recommends", "chromium"],
    ):
        if subprocess.run([*command, "-qq"], env=environ, stdout=subprocess.DEVNULL, check=False).returncode:
            return


def main() -> int:
    if not find() and hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get"):
        print("Installing Chromium for the browser tests", flush=True)
        install()
    if found := find():
        print(f"Chromium: {found}")
        return 0
    print(
        "No Chromium for the browser tests: install the package chromium, or set CHROMIUM to one",
        file=sys.stderr,
    )
    return 1


if __name__ == "__main__":
    sys.exit(main())
