"""What an open page asks by itself: what waits, and how long its session lasts. And what it says when somebody is there."""

from __future__ import annotations

from starlette.responses import JSONResponse, Response

from bot.adapters.web.console.gate import Visit
from bot.services.desk import Desk


class Watching:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def watch(self, visit: Visit) -> Response:
        """GET /watch: counts alone, for the title and the sound; keeps no session awake."""
        queue = await self._desk.queue(visit.person)
        assert visit.who
        return JSONResponse(
            {
                "waiting": queue.count,
                "danger": len(queue.danger),
                "newest": queue.newest,
                "unread": queue.unread,
                "left": visit.who.left,
                "stays": visit.who.stays,
            }
        )

    async def awake(self, visit: Visit) -> Response:
        """POST /awake: somebody pressed something. The session was kept awake on the way in."""
        return Response(status_code=204)

    async def seen(self, visit: Visit) -> Response:
        """POST /c/{code}/seen: somebody pressed something before a case that its page had brought up to date."""
        await self._desk.saw(visit.person, visit.code)
        return Response(status_code=204)
