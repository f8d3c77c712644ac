"""Guides: a few questions by button or in words, and a result with its working. One module each; `steps` shows them."""

from __future__ import annotations

from bot.domain.guides.entitlement import RIGHT
from bot.domain.guides.guide import Guide
from bot.domain.guides.money import ALLOWANCE
from bot.domain.guides.night import NIGHT
from bot.domain.guides.school import SCHOOL

GUIDES: dict[str, Guide] = {guide.id: guide for guide in (ALLOWANCE, RIGHT, SCHOOL, NIGHT)}
