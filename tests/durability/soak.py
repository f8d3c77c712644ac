"""`make soak`: the same killing for longer, of answers and of reports. KILLS=1000 by default, SEED to repeat a run.

Before it two minutes of flood (test_flood.py) and 100,000 forged buttons (tests/journeys/test_forged.py).
"""

from __future__ import annotations

import asyncio
import os
import socket
import tempfile
from pathlib import Path

from tests.durability.killing import environment, under_fire
from tests.durability.test_flood import MINUTE, flooded, held
from tests.durability.test_kill import balanced
from tests.durability.test_kill_reports import reported_under_fire
from tests.journeys.test_forged import MANY, pressed_in_vain
from tests.support.bot_api import running


async def main() -> None:
    kills, seed = int(os.environ.get("KILLS", "1000")), int(os.environ.get("SEED", "7"))
    with tempfile.TemporaryDirectory() as folder:
        held(await flooded(Path(folder), 2 * MINUTE))  # more than a dispatcher holds in memory
    with tempfile.TemporaryDirectory() as folder:
        await pressed_in_vain(Path(folder), MANY)
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        async with running() as api:
            balanced(await under_fire(api, environment(api, Path(folder), port), kills=kills, seed=seed))
    with tempfile.TemporaryDirectory() as folder:
        await reported_under_fire(Path(folder), kills, seed)


if __name__ == "__main__":
    asyncio.run(main())
