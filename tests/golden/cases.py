"""Golden cases as data: each file holds what an official source gives, and nothing that the code under test has worked out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parent


def cases(name: str) -> list[Any]:
    """Return every case of the file once for each of its `days`, as pytest parameters with readable ids."""
    import pytest

    made = []
    for row in yaml.safe_load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8")):
        for day in row.get("days", [None]):
            case = {**row, "day": day}
            said = " ".join(f"{v}" for k, v in case.items() if k not in ("days", "lines", "expect"))
            made.append(pytest.param(case, id=said))
    return made
