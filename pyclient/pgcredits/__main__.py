"""Starts the command line, or says what to install when a package is missing."""

from __future__ import annotations

import sys

_CLI_PACKAGES = ("rich", "typer")


def main() -> None:
    """Runs ``pgcredits``. Exit codes: 0 done, 1 refused, 2 cannot run, 130 interrupted."""
    # Output that the terminal's encoding cannot show must not end a command half-way.
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        from pgcredits._cli.program import app

        app(prog_name="pgcredits")
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in _CLI_PACKAGES:
            raise
        print("The command line needs more packages: pip install 'pgcredits[cli]'", file=sys.stderr)
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
