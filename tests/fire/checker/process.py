"""A process of clients: ``python -m fire.checker.process FOLDER PROCESS [INHERITED PROCESS ...]``.

Started by ``workload.Run``.
"""

from __future__ import annotations

import asyncio
import gc
import sys
from pathlib import Path

from fire.checker.driver import Driver, begun_file, load_open


def main(arguments: list[str]) -> None:
    folder, process = Path(arguments[0]), int(arguments[1])
    driver = Driver(folder, process)
    for inherited in arguments[2:]:
        driver.inherit(load_open(folder, int(inherited)))
    begun_file(folder, process).touch()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
    asyncio.run(driver.run())


if __name__ == "__main__":
    main(sys.argv[1:])
