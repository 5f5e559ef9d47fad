"""python -m config.services up | down | status | destroy"""

import argparse
import json
import sys

from config.services import LocalServices, ServiceError


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m config.services", description="Embedded Postgres and Redis.")
    parser.add_argument("command", choices=["up", "down", "status", "destroy"])
    parser.add_argument("--json", action="store_true", help="one JSON object on standard output")
    parser.add_argument("--force", action="store_true", help="down: also when other processes use them")
    options = parser.parse_args(arguments)
    try:
        services = LocalServices()
        if options.command == "destroy":
            folders = [folder for folder in services.folders() if folder.exists()]
            services.destroy()
            for folder in folders:
                print(f"Removed the databases in {folder}")
            return 0
        if options.command == "up":
            services.up()
        elif options.command == "down" and not services.down(force=options.force):
            print("Other processes use the services; they stop with the last of them (--force: now).")
            return 0
        told = services.status()
    except ServiceError as error:
        print(f"Services: {error}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"Services: {error.strerror or error}: {error.filename}", file=sys.stderr)
        return 1
    if options.json:
        print(json.dumps(told))
    else:
        for name in ("postgres", "redis"):
            print(f"{name:9}{line(told[name])}")
    return 0


def line(told: dict[str, object]) -> str:
    if told.get("external"):
        return "named by the environment, not ours to start"
    return f"running on 127.0.0.1:{told['port']} (process {told['pid']})" if told["running"] else "stopped"


if __name__ == "__main__":
    sys.exit(main())
