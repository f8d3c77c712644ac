"""The visitor's web side over HTTP: what is stored, what is refused and how, and what no request can do."""

from __future__ import annotations

import asyncio
import html
import re
import secrets
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from bot.adapters.web.turns import Turns
from bot.domain.events import Address, Event
from bot.services.ports import StoreUnavailable
from tests.support.mutated_http import spoiled, status_of
from tests.support.web_site import Site, a_site

UK = {"Accept-Language": "uk-UA,uk;q=0.9,en;q=0.8"}
SCRIPT = {"X-Requested-With": "chat"}


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    async with a_site(tmp_path) as running:
        yield running


class Visitor:
    """Somebody with a browser that keeps cookies, and the form of the page last seen."""

    def __init__(self, site: Site) -> None:
        self.http = httpx.AsyncClient(base_url=site.url, headers=UK)
        self.form: dict[str, str] = {}
        self.text = ""

    async def opens(self, path: str = "/") -> httpx.Response:
        response = await self.http.get(path)
        self.text = html.unescape(response.text)
        fields = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', response.text)
        self.form = dict(fields) or self.form
        return response

    async def sends(self, path: str, headers: dict[str, str] | None = None, **fields: str) -> httpx.Response:
        return await self.http.post(path, data={**self.form, **fields}, headers=headers)

    async def presses(self, action: str) -> httpx.Response:
        await self.opens()
        return await self.sends("/act", action=action)

    async def says(self, words: str) -> httpx.Response:
        await self.opens()
        return await self.sends("/say", words=words)

    async def reads(self) -> str:
        """Return the conversation as it stands."""
        await self.opens()
        return self.text.split('id="log"')[1].split('id="waiting"')[0]


@pytest.fixture
async def olena(site: Site) -> AsyncIterator[Visitor]:
    visitor = Visitor(site)
    yield visitor
    await visitor.http.aclose()


def assert_has_a_way_on(response: httpx.Response) -> None:
    assert response.headers["content-type"].startswith("text/html")
    assert '<html lang="uk"' in response.text
    assert 'href="tel:112"' in response.text
    assert 'href="/?lang=uk"' in response.text
    assert "Traceback" not in response.text


# --- looking and writing ------------------------------------------------------------------------------------------------


async def test_looking_stores_nothing(site: Site, olena: Visitor) -> None:
    response = await olena.opens()
    await olena.opens("/?earlier=1")
    await olena.opens("/112")
    assert response.status_code == 200
    assert "lang:uk" in response.text
    assert await site.rows() == 0


async def test_a_press_and_a_question_are_answered(site: Site, olena: Visitor) -> None:
    response = await olena.presses("lang:uk")
    assert (response.status_code, response.headers["location"]) == (303, "/#last")
    await olena.says("Як записати дитину до школи?")
    conversation = await olena.reads()
    assert "Українська" in conversation, "what was pressed shows as the person's own"
    assert conversation.index("Як записати") < conversation.index("Школа для дитини")
    assert await site.rows() == 1


async def test_a_repeated_post_changes_nothing(olena: Visitor) -> None:
    await olena.presses("lang:uk")
    await olena.opens()
    await olena.sends("/say", words="школа")
    once = await olena.reads()
    first = dict(olena.form)
    olena.form = {**first, "id": "same"}
    await olena.sends("/say", words="школа у Норрчепінгу")
    again = await olena.reads()
    olena.form = {**first, "id": "same"}
    await olena.sends("/say", words="школа у Норрчепінгу")
    assert await olena.reads() == again != once


async def test_two_buttons_of_one_page_are_two_presses(olena: Visitor) -> None:
    await olena.opens()
    await olena.sends("/act", action="lang:uk")
    await olena.sends("/act", action="sos")
    conversation = await olena.reads()
    assert conversation.count('class="m me"') == 2


async def test_a_script_gets_only_the_new_lines(olena: Visitor) -> None:
    await olena.presses("lang:uk")
    await olena.opens()
    response = await olena.sends("/say", SCRIPT, words="школа")
    assert response.status_code == 200
    ids = [int(i) for i in re.findall(r'id="m(\d+)"', response.text)]
    assert ids == sorted(ids)
    assert min(ids) > int(olena.form["after"])
    assert "<html" not in response.text


async def test_a_new_language_asks_the_script_for_a_new_page(olena: Visitor) -> None:
    await olena.presses("lang:uk")
    await olena.opens()
    response = await olena.sends("/act", SCRIPT, action="lang:sv")
    assert (response.status_code, response.text) == (205, "")
    assert '<html lang="sv"' in (await olena.opens()).text


async def test_without_script_typed_words_survive_a_press(olena: Visitor) -> None:
    await olena.presses("lang:uk")
    await olena.opens()
    response = await olena.sends("/act", action="lang:sv", words="ще не дописано <b>")
    assert response.status_code == 200
    assert '<html lang="sv"' in response.text
    assert "ще не дописано &lt;b&gt;</textarea>" in response.text


async def test_nothing_typed_is_nothing_sent(site: Site, olena: Visitor) -> None:
    response = await olena.says(" \x00\x07 \r\n ")
    assert response.status_code == 303
    assert await site.rows() == 0


async def test_words_lose_control_characters_and_keep_lines(olena: Visitor) -> None:
    await olena.says("перше\x00\x1b\r\nдруге")
    assert "перше\nдруге" in await olena.reads()


async def test_long_words_are_cut_where_the_person_sees_it(olena: Visitor) -> None:
    response = await olena.says("ї" * 5000)
    assert response.status_code == 303
    assert "ї" * 3999 + "…</p>" in await olena.reads()


async def test_the_browser_tells_where_the_person_is(olena: Visitor) -> None:
    await olena.presses("lang:uk")
    await olena.opens()
    assert (await olena.sends("/where", lat="58.59", lon="16.19")).status_code == 303
    assert await olena.reads() != ""
    for lat, lon in (("91", "0"), ("nan", "0"), ("1e5", "0"), ("", ""), ("58,5", "16")):
        assert (await olena.sends("/where", lat=lat, lon=lon)).status_code == 400


async def test_close_and_clear_leaves_nothing(site: Site, olena: Visitor) -> None:
    await olena.presses("lang:uk")
    await olena.says("таємне")
    await olena.opens()
    cookies = dict(olena.http.cookies)
    response = await olena.sends("/close")
    assert response.headers["location"] == "/closed?lang=uk"
    assert response.headers["clear-site-data"] == '"cache", "storage"'
    assert not list(olena.http.cookies.jar)
    assert await site.rows() == 0
    olena.http.cookies.update(cookies)
    assert "таємне" not in await olena.reads(), "not even for somebody who kept the cookie"


async def test_many_lines_show_the_newest_and_a_way_to_the_rest(olena: Visitor) -> None:
    await olena.presses("lang:uk")
    for number in range(12):
        await olena.says(f"питання {number}")
    newest = await olena.reads()
    assert "питання 11<" in newest
    assert "питання 0<" not in newest
    assert 'href="/?earlier=1"' in olena.text
    await olena.opens("/?earlier=1")
    assert "питання 0<" in olena.text


# --- who may post -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "headers",
    [{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "https://evil.example"}],
)
async def test_a_form_on_another_site_is_refused(site: Site, olena: Visitor, headers: dict[str, str]) -> None:
    await olena.opens()
    response = await olena.sends("/act", headers, action="lang:uk")
    assert response.status_code == 403
    assert_has_a_way_on(response)
    assert await site.rows() == 0


@pytest.mark.parametrize("headers", [{}, {"Origin": "null"}, {"Sec-Fetch-Site": "same-origin"}])
async def test_our_own_form_is_taken(olena: Visitor, headers: dict[str, str]) -> None:
    await olena.opens()
    assert (await olena.sends("/act", headers, action="lang:uk")).status_code == 303


async def test_the_page_s_own_origin_is_taken(site: Site, olena: Visitor) -> None:
    await olena.opens()
    assert (await olena.sends("/act", {"Origin": site.url}, action="lang:uk")).status_code == 303


async def test_the_form_token_belongs_to_one_visitor(site: Site, olena: Visitor) -> None:
    stranger = Visitor(site)
    await stranger.opens()
    await olena.opens()
    mine = olena.form["csrf"]
    for token in (stranger.form["csrf"], "", mine[:-1], mine[:8] + "0" * 32, "ї" * 40):
        assert (await olena.sends("/say", csrf=token, words="x")).status_code == 403
    assert await site.rows() == 0
    await stranger.http.aclose()


async def test_without_a_cookie_nothing_is_taken(site: Site, olena: Visitor) -> None:
    await olena.opens()
    olena.http.cookies.clear()
    response = await olena.sends("/say", words="x")
    assert response.status_code == 403
    assert_has_a_way_on(response)
    assert await site.rows() == 0


async def test_cookies_are_closed_to_scripts_and_other_sites(olena: Visitor) -> None:
    cookies = (await olena.opens()).headers.get_list("set-cookie")
    assert any(c.startswith("visitor=") for c in cookies)
    assert all("HttpOnly; SameSite=Lax" in c and "Max-Age" not in c for c in cookies)


async def test_over_https_cookies_are_bound_to_the_host(tmp_path: Path) -> None:
    async with a_site(tmp_path, public_url="https://chat.example.se") as site, httpx.AsyncClient() as http:
        response = await http.get(site.url)
    for cookie in response.headers.get_list("set-cookie"):
        assert cookie.startswith("__Host-")
        assert "; Path=/; HttpOnly; SameSite=Lax; Secure" in cookie
    assert response.headers["strict-transport-security"] == "max-age=31536000"
    assert response.headers["x-frame-options"] == "DENY"


async def test_in_a_municipality_s_frame_cookies_are_partitioned(tmp_path: Path) -> None:
    async with (
        a_site(tmp_path, public_url="https://chat.example.se", frame_ancestors="https://norrkoping.se") as site,
        httpx.AsyncClient() as http,
    ):
        response = await http.get(site.url)
    for cookie in response.headers.get_list("set-cookie"):
        assert "HttpOnly; SameSite=None; Secure; Partitioned" in cookie
    assert response.headers["content-security-policy"].endswith("frame-ancestors https://norrkoping.se")
    assert "x-frame-options" not in response.headers


async def test_one_visitor_s_posts_take_turns_and_none_is_dropped() -> None:
    turns, address = Turns(at_once=2), Address("web", "x")
    running, most, done = 0, 0, 0
    go = asyncio.Event()

    async def post() -> None:
        nonlocal running, most, done
        async with turns.turn(address):
            running += 1
            most = max(most, running)
            await go.wait()
            running -= 1
            done += 1

    posts = [asyncio.create_task(post()) for _ in range(7)]
    await asyncio.sleep(0)
    go.set()
    await asyncio.gather(*posts)
    assert (most, done) == (2, 7)
    assert not turns._gates, "nothing is kept of a visitor who is done"


# --- every answer -------------------------------------------------------------------------------------------------------

PAGES = ("/", "/112", "/child", "/offline", "/closed", "/a/school-start", "/nothing", "/events", "/sw.js", "/robots.txt")


@pytest.mark.parametrize("path", PAGES)
async def test_the_browser_is_told_to_allow_nothing_else(olena: Visitor, path: str) -> None:
    headers = (await olena.http.get(path)).headers
    policy = headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'; ")
    assert "unsafe" not in policy
    assert "base-uri 'none'; frame-ancestors 'none'" in policy
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["permissions-policy"].startswith("geolocation=(self)")


@pytest.mark.parametrize("path", ["/", "/112", "/a/school-start", "/nothing"])
async def test_pages_hold_nothing_inline(olena: Visitor, path: str) -> None:
    text = (await olena.opens(path)).text
    assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)|javascript:", text)


async def test_the_conversation_is_kept_nowhere(olena: Visitor) -> None:
    for path in ("/", "/lines", "/closed", "/nothing"):
        assert (await olena.opens(path)).headers["cache-control"] == "no-store"


async def test_static_files_are_kept_for_a_year_under_their_hash(olena: Visitor) -> None:
    page = (await olena.opens()).text
    urls = re.findall(r'"(/static/[^"]+)"', page)
    assert len(urls) == 3
    for url in urls:
        response = await olena.http.get(url)
        assert response.status_code == 200
        assert response.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert response.headers["content-encoding"] == "gzip"
        plain = await olena.http.get(url, headers={"Accept-Encoding": "identity"})
        assert "content-encoding" not in plain.headers
        assert plain.text == response.text
    assert (await olena.http.get("/static/chat.css")).status_code == 404


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/nothing", 404), ("GET", "/a/none", 404), ("GET", "/static/x", 404), ("POST", "/112", 405), ("PUT", "/", 405)],
)
async def test_a_wrong_address_shows_a_way_on(olena: Visitor, method: str, path: str, status: int) -> None:
    response = await olena.http.request(method, path)
    assert response.status_code == status
    assert_has_a_way_on(response)


async def test_the_address_of_a_form_leads_back_to_the_chat(olena: Visitor) -> None:
    for path in ("/act", "/say", "/where", "/close"):
        response = await olena.http.get(path)
        assert (response.status_code, response.headers["location"]) == (303, "/")


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("text/plain", b"action=home"),
        ("application/json", b"{}"),
        ("application/x-www-form-urlencoded", b"&".join(b"x=1" for _ in range(50))),
    ],
)
async def test_what_is_no_form_of_ours_shows_a_way_on(olena: Visitor, kind: str, body: bytes) -> None:
    await olena.opens()
    response = await olena.http.post("/act", content=body, headers={"Content-Type": kind})
    assert response.status_code == 400
    assert_has_a_way_on(response)


async def test_an_action_that_was_never_ours_shows_a_way_on(olena: Visitor) -> None:
    await olena.opens()
    for action in ("", "x" * 201, "lang:\x07"):
        response = await olena.sends("/act", action=action)
        assert response.status_code == 400
        assert_has_a_way_on(response)


async def test_too_much_text_shows_a_way_on(site: Site, olena: Visitor) -> None:
    await olena.opens()
    response = await olena.sends("/say", words="a" * 70_000)
    assert response.status_code == 413
    assert_has_a_way_on(response)
    assert await site.rows() == 0


async def test_too_much_text_in_pieces_is_not_read_to_the_end(olena: Visitor) -> None:
    await olena.opens()

    async def endless() -> AsyncIterator[bytes]:
        for _ in range(100):
            yield b"a" * 4096

    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    assert (await olena.http.post("/say", content=endless(), headers=kind)).status_code == 413


async def test_when_the_store_is_away_nobody_is_told_that_we_have_it(site: Site, olena: Visitor) -> None:
    class Away:
        async def accept(self, event: Event) -> None:
            raise StoreUnavailable

    await site.stop()
    site.intake, kept = Away(), site.intake  # type: ignore[assignment]
    await site.start()
    await olena.opens()
    response = await olena.sends("/say", words="школа")
    site.intake = kept
    assert response.status_code == 503
    assert response.headers["retry-after"] == "10"
    assert_has_a_way_on(response)


# --- pages for everybody ------------------------------------------------------------------------------------------------


async def test_an_article_is_public_in_the_language_and_for_the_place_of_its_address(olena: Visitor) -> None:
    response = await olena.opens("/a/school-start?lang=uk&place=norrkoping")
    assert response.headers["cache-control"] == "public, max-age=300"
    assert "set-cookie" not in response.headers
    assert "<h1>Школа для дитини</h1>" in olena.text
    assert 'href="tel:+4611150000"' in olena.text
    assert 'href="/a/preschool?lang=uk&place=norrkoping"' in olena.text
    assert "csrf" not in olena.text
    other = await olena.opens("/a/school-start?lang=ar")
    assert '<html lang="ar" dir="rtl">' in other.text


async def test_without_a_language_in_the_address_nobody_else_gets_the_page(olena: Visitor) -> None:
    response = await olena.opens("/a/school-start")
    assert response.headers["cache-control"] == "private, no-cache"
    assert "Cookie" in response.headers["vary"]


@pytest.mark.parametrize(("header", "code"), [("ru,en;q=0.5", "uk"), ("sv-SE", "sv"), ("de,en;q=0.3", "en"), ("", "uk")])
async def test_the_browser_s_language_decides_at_first(site: Site, header: str, code: str) -> None:
    async with httpx.AsyncClient(base_url=site.url) as http:
        response = await http.get("/", headers={"Accept-Language": header})
    assert f'<html lang="{code}"' in response.text


async def test_the_worker_keeps_the_look(olena: Visitor) -> None:
    worker = (await olena.opens("/sw.js")).text
    kept = re.findall(r'"(/[^"]+)"', worker.split("addAll(")[1].split("]")[0])
    assert len(kept) == 3
    for url in kept:
        assert (await olena.http.get(url)).status_code == 200, url


async def test_the_manifest_and_the_icon_are_there(olena: Visitor) -> None:
    manifest = (await olena.http.get("/manifest.webmanifest?lang=uk")).json()
    assert (await olena.http.get(manifest["icons"][0]["src"])).headers["content-type"].startswith("image/svg")
    assert (await olena.http.get("/favicon.ico", follow_redirects=True)).status_code == 200


# --- the stream ---------------------------------------------------------------------------------------------------------


async def events(lines: AsyncIterator[str], count: int) -> list[str]:
    """Return the ids of the next events."""
    ids: list[str] = []
    async for line in lines:
        if line.startswith("id: "):
            ids.append(line.removeprefix("id: "))
        if not line and len(ids) == count:
            return ids
    raise AssertionError(f"the stream ended after {ids}")


async def test_the_stream_brings_new_lines_and_resumes_by_number(olena: Visitor) -> None:
    await olena.presses("lang:uk")
    await olena.opens()
    async with olena.http.stream("GET", "/events?after=0&lang=uk") as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        assert stream.headers["x-accel-buffering"] == "no"
        assert "content-encoding" not in stream.headers
        lines = stream.aiter_lines()
        assert await anext(lines) == "retry: 3000"
        first = await events(lines, 2)
        await olena.sends("/say", words="школа")
        later = await events(lines, 2)
    assert [int(i) for i in first + later] == sorted(int(i) for i in first + later)
    async with olena.http.stream("GET", "/events?after=0", headers={"Last-Event-ID": first[-1]}) as stream:
        assert await events(stream.aiter_lines(), 2) == later


async def test_the_stream_tells_what_another_process_wrote(site: Site, olena: Visitor) -> None:
    site.app_settings["look_every_s"] = 0.05
    await site.stop()
    await site.start()
    await olena.presses("lang:uk")
    await olena.opens()
    site.wake.notify = lambda addresses: None  # type: ignore[method-assign]
    async with olena.http.stream("GET", f"/events?after={olena.form['after']}") as stream:
        lines = stream.aiter_lines()
        assert await anext(lines) == "retry: 3000"
        await olena.sends("/act", SCRIPT, action="sos")
        assert len(await events(lines, 2)) == 2


async def test_a_stranger_s_stream_is_told_not_to_come_back(site: Site) -> None:
    async with httpx.AsyncClient(base_url=site.url) as http:
        assert (await http.get("/events")).status_code == 204
        assert (await http.get("/lines")).text.strip() == ""


async def test_a_stop_does_not_wait_for_open_streams(site: Site, olena: Visitor) -> None:
    await olena.presses("lang:uk")
    async with olena.http.stream("GET", "/events?after=0") as stream:
        await events(stream.aiter_lines(), 2)
        async with asyncio.timeout(1.5):  # uvicorn's own limit is 2 s
            await site.stop()
    await site.start()


# --- nonsense -----------------------------------------------------------------------------------------------------------


async def test_no_request_breaks_the_server(site: Site, olena: Visitor) -> None:
    await olena.opens()
    token = next(c.value for c in olena.http.cookies.jar if c.name == "visitor")
    seed = secrets.randbits(32)
    port = int(site.url.rsplit(":", 1)[1])
    at_once = asyncio.Semaphore(30)
    seen: dict[int, int] = {}

    async def one(raw: bytes) -> None:
        async with at_once:
            status = await status_of(port, raw)
        assert status < 500, f"seed {seed}: {status} for {raw!r}"
        seen[status] = seen.get(status, 0) + 1

    await asyncio.gather(*(one(raw) for raw in spoiled(seed, 5_000, cookie=token or "", csrf=olena.form["csrf"])))
    assert sum(seen.values()) == 5_000
    assert {200, 303, 400, 403, 404, 405} <= set(seen), f"seed {seed}: the spoiled requests came nowhere: {seen}"
    assert (await olena.opens()).status_code == 200


# --- passing answers on ---------------------------------------------------------------------------------------------------


async def test_a_pasted_message_is_answered_in_both_languages_without_script(site: Site, olena: Visitor) -> None:
    await olena.presses("lang:sv")
    await olena.presses("place:norrkoping")
    await olena.presses("helping")
    await olena.says("Привіт, підкажіть де школа для моєї дитини?")
    await olena.opens()
    log = await olena.reads()
    assert "Школа для дитини" in log and "Title sv" in log, "the asker's language and the helper's"
    assert '<p lang="uk" dir="ltr">Зверніться до приймальні' in log and "Checked" in log
    link = re.search(r'href="(/card/school-start\?[^"]+)"', log)
    assert link and link[1] == "/card/school-start?for=uk&lang=sv&place=norrkoping"
    card = await olena.opens(link[1])
    assert card.headers["cache-control"] == "public, max-age=300" and "csrf" not in card.text
    text = olena.text.split("<textarea")[1].split("</textarea>")[0]
    assert "Школа для дитини" in text and "Title sv" not in text
    assert f"{site.url}/a/school-start?lang=uk&place=norrkoping" in text, "the address survives copying"
    assert "112" in text


async def test_at_the_desk_the_readers_language_is_above_the_swedish(olena: Visitor) -> None:
    await olena.opens("/card/school-start?for=uk&lang=sv&place=norrkoping")
    assert 'href="/desk/school-start?for=uk&lang=sv&place=norrkoping"' in olena.text
    await olena.opens("/desk/school-start?for=uk&lang=sv&place=norrkoping")
    article = olena.text.split("<article")[1].split("</article>")[0]
    assert article.index("Школа для дитини") < article.index("Title sv")
    assert "<b>Kontaktcenter</b>" in article, "as on the door sign"
    assert 'href="/desk/school-start?lang=en&for=uk&place=norrkoping"' in olena.text, "another language keeps the card"


@pytest.mark.parametrize("path", ["/card/gone", "/desk/gone?for=uk", "/card/", "/desk/school-start/x"])
async def test_a_card_of_nothing_shows_a_way_on(olena: Visitor, path: str) -> None:
    response = await olena.opens(path)
    assert response.status_code == 404
    assert_has_a_way_on(response)


async def test_a_long_message_in_another_language_offers_to_pass_the_answer_on(olena: Visitor) -> None:
    await olena.presses("lang:sv")
    await olena.presses("place:norrkoping")
    await olena.says("Привіт, підкажіть будь ласка, де школа для моєї дитини?")
    assert 'value="pairs"' in await olena.reads()
    await olena.presses("pairs")
    assert "/card/school-start?for=uk" in await olena.reads()
