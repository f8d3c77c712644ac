"""Every web address is found where it stands; asking them is polite and tells the dead from the doubtful."""

from __future__ import annotations

import re
import socket
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web

from bot.adapters.links import Verdict, ask
from bot.adapters.texts.editing.links import Link, links
from bot.app import cli
from bot.app.config import ROOT


def test_every_address_is_listed_where_it_stands() -> None:
    found = links(ROOT / "content")
    for link in found:
        line = (ROOT / link.path).read_text().splitlines()[link.line - 1]
        assert link.url in line, str(link)
    everywhere = Counter(
        (f"content/{path.relative_to(ROOT / 'content')}", address)
        for path in (ROOT / "content").rglob("*.yaml")
        if path.parent.name != "facts"  # their links stand in `source`, over several lines
        for line in path.read_text().splitlines()
        if not line.lstrip().startswith("#")
        for address in re.findall(r"(?<=\]\()https?://[^)\s]+|(?<!\]\()https?://[^\s'\",}]+", line)
    )
    ours = Counter((link.path, link.url) for link in found if not link.path.startswith("content/facts/"))
    assert ours == everywhere and len(ours) > 500


def test_the_command_lists_them_without_a_network(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["content", "links"]) == 0
    assert capsys.readouterr().out.splitlines() == [str(link) for link in links(ROOT / "content")]


class Site:
    """A web server on this machine, and what it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.at_once: Counter[str] = Counter()
        self.most: Counter[str] = Counter()
        self.port = 0

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.port}{path}"

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(f"{request.method} {request.path}")
        self.at_once[request.host] += 1
        self.most[request.host] = max(self.most[request.host], self.at_once[request.host])
        try:
            match request.path.split("/")[1]:
                case "moved":
                    return web.Response(status=301, headers={"Location": "/fine/new"})
                case "elsewhere":
                    return web.Response(status=302, headers={"Location": "/fine/today"})
                case "nohead" if request.method == "HEAD":
                    return web.Response(status=405)
                case "nohead404" if request.method == "HEAD":
                    return web.Response(status=404)
                case "gone":
                    return web.Response(status=410)
                case "missing":
                    return web.Response(status=404)
                case "guarded":
                    return web.Response(status=403)
                case "broken":
                    return web.Response(status=500)
                case "cut" if request.transport:
                    request.transport.close()
            return web.Response(text="hello")
        finally:
            self.at_once[request.host] -= 1


@pytest.fixture
async def site(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Site]:
    monkeypatch.setenv("no_proxy", "*")
    serving = Site()
    app = web.Application()
    app.router.add_route("*", "/{tail:.*}", serving.answer)
    runner = web.AppRunner(app)
    await runner.setup()
    listening = web.TCPSite(runner, "127.0.0.1", 0)
    await listening.start()
    serving.port = runner.addresses[0][1]
    yield serving
    await runner.cleanup()


async def asked(*urls: str) -> dict[str, Verdict]:
    told: dict[str, Verdict] = {}

    def tell(url: str, verdict: Verdict) -> None:
        assert url not in told
        told[url] = verdict

    await ask(urls, tell)
    return told


async def test_the_dead_are_told_from_the_doubtful(site: Site) -> None:
    paths = ["fine", "nohead", "nohead404", "moved", "elsewhere", "gone", "missing", "guarded", "broken", "cut"]
    told = await asked(*(site.url(f"/{path}") for path in paths))
    kinds = {url.rpartition("/")[2]: verdict.kind for url, verdict in told.items()}
    assert kinds == {
        "fine": "ok", "nohead": "ok", "nohead404": "ok", "moved": "moved", "elsewhere": "ok",
        "gone": "dead", "missing": "dead", "guarded": "unsure", "broken": "unsure", "cut": "unsure",
    }  # fmt: skip
    assert told[site.url("/moved")].text == site.url("/fine/new")
    assert told[site.url("/gone")].text == "410" and "403" in told[site.url("/guarded")].text


async def test_a_host_that_is_not_there_is_dead_and_one_that_cannot_be_looked_up_is_doubtful(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    def looked_up(host: str, *_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME if host == "gone.example" else socket.EAI_AGAIN, "no")

    monkeypatch.setattr("socket.getaddrinfo", looked_up)
    told = await asked("https://gone.example/", "https://later.example/")
    assert {url: verdict.kind for url, verdict in told.items()} == {
        "https://gone.example/": "dead",
        "https://later.example/": "unsure",
    }


async def test_the_head_is_enough_where_a_server_answers_it(site: Site) -> None:
    await asked(site.url("/fine"), site.url("/nohead"), site.url("/fine"))
    assert site.asked == ["HEAD /fine", "HEAD /nohead", "GET /nohead"]


async def test_no_host_is_asked_twice_at_once(site: Site) -> None:
    urls = [site.url(f"/fine/{n}", host) for n in range(10) for host in ("127.0.0.1", "localhost")]
    told = await asked(*urls)
    assert len(told) == len(urls) and {v.kind for v in told.values()} == {"ok"}
    assert set(site.most.values()) == {1} and len(site.most) == 2


def test_a_dead_link_is_reported_with_file_and_line(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    there = [Link("content/articles/a.yaml", 3, "https://a.se/x"), Link("content/articles/b.yaml", 7, "https://a.se/x")]
    monkeypatch.setattr("bot.adapters.texts.editing.links.links", lambda folder: [*there, Link("c", 1, "https://b.se")])

    async def answers(urls: list[str], told) -> None:  # type: ignore[no-untyped-def]
        for url in dict.fromkeys(urls):
            told(url, Verdict("dead", "404") if url == "https://a.se/x" else Verdict("ok"))

    monkeypatch.setattr("bot.adapters.links.ask", answers)
    assert cli.main(["content", "links", "--fetch"]) == 1
    assert capsys.readouterr().out.splitlines() == [
        "content/articles/a.yaml:3: dead (404) https://a.se/x",
        "content/articles/b.yaml:7: dead (404) https://a.se/x",
        "1 ok, 0 moved, 0 unsure, 1 dead",
    ]


def test_a_file_that_is_no_yaml_is_named(tmp_path: Path) -> None:
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles" / "a.yaml").write_text("a: [\n")
    with pytest.raises(Exception, match=r"articles/a.yaml:2: "):
        links(tmp_path)
