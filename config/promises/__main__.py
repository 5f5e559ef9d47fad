"""`python -m config.promises`: what of REST, protocol and take-out breaks programs written by the last release.

`--write`, with the release's commit: from then on it is what the next one is held against.
"""

import os
import sys

import django


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.test")
    django.setup()
    from config.promises import kept

    if "--write" in sys.argv[1:]:
        kept.write()
        return 0
    found = kept.broken()
    for line in found:
        print(line)  # noqa: T201
    if found:
        print("docs/promises.md says how a promise is taken back.")  # noqa: T201
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
