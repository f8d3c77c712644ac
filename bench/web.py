"""The web chat's first view on a phone: bytes, requests, and the time until a person can use it on a bad line."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from bench.figures import spread, table
from tests.support.browser import a_browser, a_phone
from tests.support.whole import a_service_running

LINES = (("no limit", 0.0, 0.0), ("400 kbit/s, 300 ms", 400.0, 300.0), ("50 kbit/s, 800 ms", 50.0, 800.0))
_WIRE = "[...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')].map(e => e.transferSize)"


async def first_view(rounds: int) -> str:
    """Return the table. Usable: a language can be chosen. Each round is a new visitor."""
    rows = []
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        async with a_service_running(Path(folder)) as whole, a_browser() as browser:
            for title, kbit_s, latency_ms in LINES:
                usable, done, sizes = [], [], []
                for _ in range(rounds):
                    phone = await a_phone(browser, whole.url, service_workers="block")
                    if kbit_s:
                        await phone.slow_net(kbit_s, latency_ms)
                    began = time.perf_counter()
                    await phone.page.goto("/", wait_until="commit")
                    await phone.page.get_by_role("button", name="Українська").first.wait_for()
                    usable.append(time.perf_counter() - began)
                    await phone.page.wait_for_load_state("load")
                    done.append(time.perf_counter() - began)
                    sizes.append(await phone.page.evaluate(_WIRE))
                    await phone.context.close()
                total = [sum(s) / 1000 for s in sizes]
                rows.append([title, spread(total, 1), str(len(sizes[0])), spread(usable, 2), spread(done, 2)])
    return table(["line", "KB on the wire", "requests", "usable after s", "all loaded after s"], rows)
