"""Runs the preview on this machine only, until Ctrl-C."""

from __future__ import annotations

import socket
from datetime import UTC, date, datetime
from pathlib import Path
from urllib.parse import urlencode

import uvicorn

from bot.adapters.leaflets.printer import Printer
from bot.app.preview.shelf import Edition, Shelf
from bot.app.preview.site import preview_app
from bot.domain.calendar import SWEDEN
from bot.services.leaflets import Leaflets
from bot.services.sheets import Sheets


class PortTaken(Exception):
    """Another program listens there."""


def serve(content_dir: Path, locales_dir: Path, port: int, shows: dict[str, str]) -> None:
    """Print the address and serve. `shows`: what stands in the form at first. Raises PortTaken."""
    try:
        listening = socket.create_server(("127.0.0.1", port))
    except OSError as fault:
        raise PortTaken(f"port {port} is taken; give another with --port") from fault
    app = preview_app(Shelf(content_dir, locales_dir), lambda: datetime.now(UTC).astimezone(SWEDEN).date(), leaflet)
    query = urlencode({name: value for name, value in shows.items() if value})
    print(f"Preview:  http://127.0.0.1:{listening.getsockname()[1]}/{'?' if query else ''}{query}")
    print("It follows every change of content/ and locales/. Stop with Ctrl-C.", flush=True)
    uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="off", ws="none")).run(sockets=[listening])


def leaflet(edition: Edition, article: str, place: str | None, language: str, day: date) -> bytes:
    """Return the answer's PDF as it would be printed that day."""
    return Leaflets(Sheets(edition.renderer), Printer()).article(article, place, language, day)
