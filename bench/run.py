"""`make bench`: measures side by side and prints Markdown. Never a test: nothing here passes or fails.

python -m bench.run [telegram] [growth] [web] [finding] [held-out] [paging] [--rounds 5] [--write]
"""

from __future__ import annotations

import argparse
import asyncio
import os
import platform
import subprocess
import sys
from datetime import date
from pathlib import Path

from bench.bots import THEIR_PYTHON
from bench.standin import ROOT

RESULTS = Path(__file__).with_name("RESULTS.md")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.run", description="Measure side by side; ratios hold within one run.")
    parser.add_argument("which", nargs="*", help="default: all")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--write", action="store_true", help=f"also write {RESULTS.relative_to(ROOT)}")
    given = parser.parse_args()
    which = given.which or [*_TITLES]
    if "telegram" in which and not THEIR_PYTHON.exists():
        print("The bots to compare with are not installed; run `make bench`.", file=sys.stderr)
        return 2
    parts = [f"# Measured\n\n{_machine(given.rounds)}"]
    print(parts[0], flush=True)
    for name in which:
        part = f"## {_TITLES[name]}\n\n{asyncio.run(_bench(name, given.rounds))}"
        print(f"\n{part}", flush=True)
        parts.append(part)
    if given.write:
        RESULTS.write_text("\n\n".join(parts) + "\n")
    return 0


_TITLES = {
    "telegram": "Telegram, 50 people, one bot on one core",
    "growth": "Growth",
    "web": "Web chat, first view on a phone",
    "finding": "Finding the answer to free text",
    "held-out": "Finding: wordings that the finder has not seen",
    "paging": "A child alone: from the last tap to the first page",
}


async def _bench(name: str, rounds: int) -> str:
    if name == "telegram":
        from bench.telegram import compare

        return await compare(rounds)
    if name == "growth":
        from bench.growth import grow

        return await grow(max(1, rounds // 2))
    if name == "finding":
        from bench.finding import measure

        return await measure(rounds)
    if name == "held-out":
        from bench.held_out import measure as fifths

        return await fifths()
    if name == "paging":
        from bench.paging import paging

        return await paging()
    from bench.web import first_view

    return await first_view(rounds)


def _machine(rounds: int) -> str:
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False)
    load = os.getloadavg()[0]
    return (
        f"{date.today()}, {os.cpu_count()} cores, Python {platform.python_version()}, commit {commit.stdout.strip()}, "
        f"load average before {load:.1f}; {rounds} rounds; median [least–most]. Compare within one run only."
    )


if __name__ == "__main__":
    sys.exit(main())
