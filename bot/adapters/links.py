"""Asks web addresses whether they still answer. Polite: one request at a time to each host, and only the head where that does."""

from __future__ import annotations

import asyncio
import socket
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

import aiohttp

HOSTS_AT_ONCE = 8
TIMEOUT_S = 20.0
AGENT = "link-check/1 (checks the sources of a public information service; one request at a time)"


@dataclass(frozen=True, slots=True)
class Verdict:
    """`kind`: ok, moved (for good, `text` says where), dead, or unsure (somebody should look: `text` says why)."""

    kind: str
    text: str = ""


async def ask(urls: Iterable[str], told: Callable[[str, Verdict], None]) -> None:
    """Ask each address once and tell its verdict as it comes. No answer is an error."""
    by_host: dict[str, list[str]] = defaultdict(list)
    for url in dict.fromkeys(urls):
        by_host[urlsplit(url).netloc].append(url)
    room = asyncio.Semaphore(HOSTS_AT_ONCE)
    timeout = aiohttp.ClientTimeout(total=TIMEOUT_S)
    async with aiohttp.ClientSession(timeout=timeout, headers={"User-Agent": AGENT}, trust_env=True) as session:

        async def host(its: list[str]) -> None:
            async with room:
                for url in its:
                    told(url, await _verdict(session, url))

        await asyncio.gather(*(host(its) for its in by_host.values()))


async def _verdict(session: aiohttp.ClientSession, url: str) -> Verdict:
    try:
        verdict = await _answered(session, "HEAD", url)
        # Many servers know no HEAD, or answer it with a fault: only GET is what a reader gets.
        return verdict if verdict.kind in ("ok", "moved") else await _answered(session, "GET", url)
    except aiohttp.ClientConnectorDNSError as fault:
        known_to_be_none = fault.os_error.errno in (socket.EAI_NONAME, socket.EAI_NODATA)
        return (
            Verdict("dead", "no such host") if known_to_be_none else Verdict("unsure", "the host's name cannot be looked up now")
        )
    except TimeoutError:
        return Verdict("unsure", f"no answer within {TIMEOUT_S:.0f} s")
    except (aiohttp.ClientError, OSError, ValueError) as fault:
        return Verdict("unsure", f"{type(fault).__name__}: {fault}".strip(": "))


async def _answered(session: aiohttp.ClientSession, method: str, url: str) -> Verdict:
    async with session.request(method, url, allow_redirects=True) as answer:
        if answer.status in (404, 410):
            return Verdict("dead", str(answer.status))
        if answer.status >= 400:
            return Verdict("unsure", str(answer.status))
        if any(step.status in (301, 308) for step in answer.history):
            return Verdict("moved", str(answer.url))
        return Verdict("ok")
