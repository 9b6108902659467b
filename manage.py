#!/usr/bin/env python
"""Django's command line."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from django.core.management import execute_from_command_line
    from django.db import OperationalError

    try:
        execute_from_command_line(sys.argv)
    except OperationalError as error:
        first_line = str(error).strip().partition("\n")[0]
        sys.exit(f"The database does not answer: {first_line}\n`python manage.py doctor` says what mends it.")


if __name__ == "__main__":
    main()
