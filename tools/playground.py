"""Puts docs/playground together with PGlite and the schema, and serves it on this machine.

usage: playground.py    prints the address, and serves until Ctrl-C
"""

from __future__ import annotations

import functools
import json
import shutil
import sys
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import npm_package
from pgcredits._server.schema import bundle

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "docs" / "playground"
ASSEMBLED = ROOT / ".cache" / "playground"
PGLITE_VERSION = "0.5.17"


def assemble(folder: Path = ASSEMBLED) -> bool:
    """Makes the folder that a browser can show; False where PGlite cannot be had."""
    package = npm_package.unpack("@electric-sql/pglite", PGLITE_VERSION)
    if package is None:
        return False
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(SOURCE, folder)
    for pattern in ("*.js", "*.wasm", "*.data"):
        for file in (package / "dist").glob(pattern):
            (folder / "pglite").mkdir(exist_ok=True)
            shutil.copy(file, folder / "pglite")
    (folder / "pgcredits.sql").write_text(bundle(), "utf-8")
    # Node takes a .js file for a module only if it is told so; browsers do not ask.
    (folder / "package.json").write_text(json.dumps({"type": "module"}), "utf-8")
    return True


def server(folder: Path = ASSEMBLED, port: int = 0) -> ThreadingHTTPServer:
    """A server of the folder on 127.0.0.1, on a free port unless one is given."""
    handler = functools.partial(_Quiet, directory=str(folder))
    return ThreadingHTTPServer(("127.0.0.1", port), handler)


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


def main() -> None:
    if not assemble():
        sys.exit("The playground needs PGlite, which is downloaded with npm: install npm.")
    with server() as serving:
        print(f"http://127.0.0.1:{serving.server_port}  (Ctrl-C stops)", flush=True)
        try:
            serving.serve_forever()
        except KeyboardInterrupt:
            print()


if __name__ == "__main__":
    main()
