"""The guides (`bot/domain/guides`) as a flow. Action: `c:<guide>…`; flow `guide`: the next words are an answer."""

from __future__ import annotations

from bot.domain.guides import steps

ACTIONS = {"c": steps.pressed}
typed = steps.answered
FLOW = steps.FLOW
