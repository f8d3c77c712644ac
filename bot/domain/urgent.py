"""112, in one tap and in one line: the same everywhere."""

from __future__ import annotations

from bot.domain.messages import Button, Line, say

CALL_112 = Button(say("Call 112"), tel="112", style="danger")
IN_DANGER = Line(say("In danger? Call 112 now. It is free and open day and night."), "warning")
