"""The code of a case: what stands on pages and is said on the phone, such as K7M-4PX. It names a case and opens nothing.

Nineteen signs that are not taken for one another on paper or on a screen: no vowels, so no words arise, and none of 0 O Q, 1 I L,
2 Z, 5 S, 8 B, G, U V. The last sign is a check: any one wrong sign and any two that changed places are noticed.
"""

from __future__ import annotations

import re
import unicodedata

SIGNS = "CDFHJKMNPRTWXY34679"
_PRIME = len(SIGNS)  # a prime, so that every weight below catches every difference
_LENGTH = 6
# Cyrillic typed for Latin: by its looks, or by its sound. The check sign tells which was meant.
_BY_LOOKS = str.maketrans("СНКМРТХУЗЧ", "CHKMPTXY34")
_BY_SOUND = str.maketrans("ЦДФХГЙКМНПРТВІИЗ", "CDFHHJKMNPRTWYY3")
_BETWEEN = re.compile(r"[\s\-‐‑–—._/]+")


def case_code(chance: bytes) -> str:
    """Return a code. `chance`: 16 bytes from the system's randomness; the store refuses one that was given out before."""
    if len(chance) < 16:
        raise ValueError("a case code needs 16 bytes of chance")
    number = int.from_bytes(chance, "big")
    values = [number // _PRIME**place % _PRIME for place in range(_LENGTH - 1)]
    # The sum over 1·v1 + 2·v2 + … + 6·v6 is zero.
    values.append(-sum(weight * value for weight, value in enumerate(values, 1)) * pow(_LENGTH, -1, _PRIME) % _PRIME)
    return _written("".join(SIGNS[value] for value in values))


def read_case_code(typed: str) -> str:
    """Return the code as it is written, however it was typed; '' when it is none, or when a sign is wrong."""
    plain = _BETWEEN.sub("", unicodedata.normalize("NFKC", typed)).upper()
    readings = (plain, plain.translate(_BY_LOOKS), plain.translate(_BY_SOUND))
    return next((_written(signs) for signs in readings if _is_code(signs)), "")


def case_codes_in(words: str) -> list[str]:
    """Return the codes that stand in a message, in order: "take K7M-4PX", "беру k7m 4px"."""
    pieces = re.findall(r"[^\W_]+", words)
    found: list[str] = []
    for at in range(len(pieces)):
        for size in (1, 2):
            code = read_case_code("".join(pieces[at : at + size])) if at + size <= len(pieces) else ""
            if code and code not in found:
                found.append(code)
    return found


def _is_code(signs: str) -> bool:
    if len(signs) != _LENGTH or not set(signs) <= set(SIGNS):
        return False
    return sum(weight * SIGNS.index(sign) for weight, sign in enumerate(signs, 1)) % _PRIME == 0


def _written(signs: str) -> str:
    return f"{signs[:3]}-{signs[3:]}"
