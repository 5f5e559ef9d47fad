#!/usr/bin/env python3
import os
import sys


def main() -> None:
    if sys.argv[1:2] == ["services"]:  # before the settings, which need what it starts
        from config.services.__main__ import main as services

        sys.exit(services(sys.argv[2:]))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
