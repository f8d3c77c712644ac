"""Every way an SMS can end, over HTTP against a gateway on loopback; templates; replies."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from email.utils import format_datetime
from urllib.parse import parse_qsl, urlsplit

import aiohttp
import pytest
import structlog
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.adapters.sms.replies import REPLY_PATH, SmsReplies
from bot.adapters.sms.send import SmsGateway
from bot.adapters.sms.template import ELKS, Template, gateway_url
from bot.domain.events import Address, Event, TextReceived
from bot.domain.messages import Block, Choice, Rendered, Span, packed
from bot.domain.outbox import Delivery, Refused, RetryAt, Sent, Unknown
from bot.domain.sms import segments
from bot.services.ports import StoreUnavailable
from tests.adapters.telegram_world import served, until
from tests.support.builders import NOW, SettableClock
from tests.support.sms_gateway import (
    DROPS,
    HANGS,
    PASSWORD,
    TAKES_AND_DROPS,
    TAKES_AND_HANGS,
    USER,
    Fault,
    Gateway,
    an_sms_gateway,
    reply,
)  # fmt: skip

ANNA = "070-123 45 67"
PAGE = Rendered(
    "sv",
    "ltr",
    (Block("title", (Span("Larm K7M4 – brådskande"),)), Block("text", (Span("Barn utan vuxen, Norrköping. Svara TA K7M4."),))),
    ((Choice("Ta larmet", action="take:abc"), Choice("Öppna", url="https://bot.example/c/K7M4")),),
)


def an_sms(to: str = ANNA, *, attempts: int = 1, rendered: Rendered = PAGE) -> Delivery:
    return Delivery(7, Address("sms", to), "page", packed(rendered), attempts, NOW)


@pytest.fixture
async def gateway() -> AsyncIterator[Gateway]:
    async with an_sms_gateway() as made:
        yield made


@pytest.fixture
async def sms(gateway: Gateway) -> AsyncIterator[SmsGateway]:
    made = SmsGateway(gateway.url, ELKS, sender="+46700000000", clock=SettableClock(), answer_s=0.3)
    yield made
    await made.close()


async def test_a_page_goes_out_as_46elks_wants_it(gateway: Gateway, sms: SmsGateway) -> None:
    assert await sms.send(an_sms()) == Sent("s1")
    (call,) = gateway.sent
    assert call.method == "POST" and call.path == "/a1/sms"
    assert call.headers["Authorization"] == aiohttp.encode_basic_auth(USER, PASSWORD, "utf-8")
    assert call.form == {
        "from": "+46700000000",
        "to": "+46701234567",
        "message": "Larm K7M4 - brådskande\nBarn utan vuxen, Norrköping. Svara TA K7M4.\nÖppna: https://bot.example/c/K7M4",
        "dontlog": "message",
    }
    assert segments(call.form["message"]) == 1


async def test_a_long_page_is_cut_and_keeps_its_link(gateway: Gateway, sms: SmsGateway) -> None:
    long = Rendered("sv", "ltr", (Block("text", (Span("Barn utan vuxen. " * 60),)),), PAGE.buttons)
    with structlog.testing.capture_logs() as logs:
        assert await sms.send(an_sms(rendered=long)) == Sent("s1")
    message = gateway.sent[0].form["message"]
    assert segments(message) == 3 and message.endswith("https://bot.example/c/K7M4")
    assert "sms_shortened" in [line["event"] for line in logs]


async def test_what_is_no_number_is_not_tried(gateway: Gateway, sms: SmsGateway) -> None:
    assert await sms.send(an_sms("Anna")) == Refused("no number", gone=True)
    assert not gateway.calls


@pytest.mark.parametrize("status", [429, 500, 502, 503, 408])
async def test_not_now_means_later_and_longer_each_time(gateway: Gateway, sms: SmsGateway, status: int) -> None:
    gateway.fails(reply(status), times=2)
    assert await sms.send(an_sms(attempts=1)) == RetryAt(NOW + timedelta(seconds=1), str(status))
    assert await sms.send(an_sms(attempts=3)) == RetryAt(NOW + timedelta(seconds=5), str(status))
    assert await sms.send(an_sms()) == Sent("s1")


@pytest.mark.parametrize(
    ("asked", "seconds"),
    [("7", 7), ("0", 1), ("99999999999999", 300), ("soon", 1), ("-5", 1), (format_datetime(NOW + timedelta(seconds=40)), 40),
     (format_datetime(NOW - timedelta(days=1)), 1)],
)  # fmt: skip
async def test_the_gateway_may_name_the_time_within_reason(gateway: Gateway, sms: SmsGateway, asked: str, seconds: int) -> None:
    gateway.fails(reply(429, {"Retry-After": asked}))
    assert await sms.send(an_sms()) == RetryAt(NOW + timedelta(seconds=seconds), "429")


@pytest.mark.parametrize("status", [400, 402, 403, 404, 405, 301])
async def test_a_final_no_is_refused_with_an_alarm(gateway: Gateway, sms: SmsGateway, status: int) -> None:
    gateway.fails(reply(status, {"Location": "http://127.0.0.1:9/elsewhere"}))
    with structlog.testing.capture_logs() as logs:
        assert await sms.send(an_sms()) == Refused(str(status))
    assert any(line.get("alarm") for line in logs) and len(gateway.calls) == 1


async def test_taken_but_failed_is_no_success(gateway: Gateway, sms: SmsGateway) -> None:
    gateway.fails(reply(200, body=json.dumps({"status": "failed", "id": "s9"})))
    assert await sms.send(an_sms()) == Refused("200")


async def test_a_refused_login_means_later_with_an_alarm(gateway: Gateway, sms: SmsGateway) -> None:
    gateway.fails(reply(401))
    with structlog.testing.capture_logs() as logs:
        assert await sms.send(an_sms()) == RetryAt(NOW + timedelta(seconds=1), "login")
    assert any(line.get("alarm") for line in logs)


@pytest.mark.parametrize(("fault", "arrived"), [(HANGS, 0), (DROPS, 0), (TAKES_AND_HANGS, 1), (TAKES_AND_DROPS, 1)])
async def test_no_answer_leaves_it_unknown(gateway: Gateway, sms: SmsGateway, fault: Fault, arrived: int) -> None:
    gateway.fails(fault)
    assert isinstance(await sms.send(an_sms()), Unknown)
    assert len(gateway.sent) == arrived


async def test_no_gateway_at_all_means_later() -> None:
    nobody = SmsGateway("http://127.0.0.1:9/sms", ELKS, sender="Larm", clock=SettableClock())
    assert await nobody.send(an_sms()) == RetryAt(NOW + timedelta(seconds=1), "NotSent")
    assert await nobody.unreachable() != ""
    await nobody.close()


@pytest.mark.parametrize("body", ["", "not json", "[1]", "{", "x" * 200_000, "í\xa0½"])
async def test_an_answer_that_nobody_can_read_is_still_a_yes(gateway: Gateway, sms: SmsGateway, body: str) -> None:
    gateway.fails(reply(201, body=body))
    assert await sms.send(an_sms()) == Sent("")


@pytest.mark.parametrize("fault", [reply(400, body=f"bad number {ANNA}"), reply(500), HANGS, DROPS, reply(401)])
async def test_no_failure_shows_the_number_the_words_or_the_password(gateway: Gateway, sms: SmsGateway, fault: Fault) -> None:
    gateway.fails(fault)
    with structlog.testing.capture_logs() as logs:
        outcome = await sms.send(an_sms())
    assert not isinstance(outcome, Sent)
    for secret in ("70123", "701234567", "K7M4", "Norrköping", PASSWORD, "p4ss"):
        assert secret not in f"{logs} {outcome}"


async def test_many_at_once(gateway: Gateway, sms: SmsGateway) -> None:
    outcomes = await asyncio.gather(*(sms.send(an_sms(f"07012345{n:02}")) for n in range(50)))
    assert all(isinstance(o, Sent) for o in outcomes) and len({c.form["to"] for c in gateway.sent}) == 50


async def test_who_waits_for_a_line_to_a_gateway_that_hangs_was_not_sent(
    gateway: Gateway, sms: SmsGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sms, "_answer_s", 60.0)
    gateway.fails(HANGS, times=30)
    hanging = [asyncio.create_task(sms.send(an_sms(f"07012345{n:02}"))) for n in range(8)]  # as many as there are lines
    await until(lambda: len(gateway.calls) == len(hanging))
    monkeypatch.setattr("bot.adapters.sms.send.LINE_S", 0.2)
    outcomes = await asyncio.gather(*(sms.send(an_sms(f"07012346{n:02}")) for n in range(12)))
    assert outcomes == [RetryAt(NOW + timedelta(seconds=1), "NotSent")] * 12
    assert len(gateway.calls) == len(hanging) and not any(task.done() for task in hanging)
    for task in hanging:
        task.cancel()
    await asyncio.gather(*hanging, return_exceptions=True)


async def test_it_can_be_reached_without_a_message(gateway: Gateway, sms: SmsGateway) -> None:
    assert await sms.unreachable() == "" and not gateway.calls


@pytest.mark.parametrize(
    ("template", "path", "method"),
    [
        ({"form": {"To": "{to}", "From": "{from}", "Body": "{text}"}}, "form", "POST"),
        ({"json": {"recipients": [{"msisdn": "{digits}"}], "text": "{text}", "ref": "{id}", "flash": False}}, "json", "PUT"),
        ({"query": {"n": "{to}", "t": "{text}"}}, "query", "GET"),
    ],
)
async def test_a_template_reaches_other_gateways(gateway: Gateway, template: dict, path: str, method: str) -> None:
    given = {"method": method, "headers": {"X-Key": "k3y", "Idempotency-Key": "{id}"}, **template}
    made = SmsGateway(gateway.url, Template.from_json(json.dumps(given)), sender="Larm", clock=SettableClock())
    odd = Rendered("sv", "ltr", (Block("text", (Span('Säg "{to}" & {id} \\ {x}\n=+a'),)),))
    assert isinstance(await made.send(an_sms(rendered=odd)), Sent)
    await made.close()
    (call,) = gateway.sent
    said = 'Säg "{to}" & {id} \\ {x}\n=+a'  # words are never read as a template
    assert call.method == method and call.headers["X-Key"] == "k3y" and call.headers["Idempotency-Key"] == "sms-7"
    if path == "form":
        assert call.form == {"To": "+46701234567", "From": "Larm", "Body": said}
    elif path == "json":
        assert call.json == {"recipients": [{"msisdn": "46701234567"}], "text": said, "ref": "sms-7", "flash": False}
    else:
        assert call.query == {"n": "+46701234567", "t": said}


@settings(max_examples=400)
@given(st.text(alphabet=st.characters(blacklist_categories=("Cs",))))
def test_whatever_the_words_they_arrive_as_one_value(text: str) -> None:
    values = {"to": "+46701234567", "digits": "46701234567", "text": text, "from": "Larm", "id": "sms-7"}
    form = ELKS.filled("https://x.example", values)
    expected = {"from": "Larm", "to": "+46701234567", "message": text, "dontlog": "message"}
    assert dict(parse_qsl(form.body.decode(), keep_blank_values=True)) == expected
    as_json = Template.from_json('{"json": {"to": ["{to}"], "t": "a {text} b"}}').filled("https://x.example", values)
    assert json.loads(as_json.body) == {"to": ["+46701234567"], "t": f"a {text} b"}
    query = Template.from_json('{"query": {"to": "{to}", "t": "{text}"}}').filled("https://x.example/?k=1", values)
    assert parse_qsl(urlsplit(query.url).query, keep_blank_values=True) == [("k", "1"), ("to", "+46701234567"), ("t", text)]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "not valid JSON"), ("[]", "must be a JSON object"),
        ('{"form": {}, "json": {}}', "exactly one"), ("{}", "exactly one"),
        ('{"form": {"to": "{to}"}}', "must have {to}"), ('{"form": {"to": "{to}", "t": "{text}", "x": "{name}"}}', "{name}"),
        ('{"form": {"to": 5}}', "text values"), ('{"url": "x", "form": {}}', "has 'url'"),
        ('{"method": "DELETE", "form": {"a": "{to}{text}"}}', "a method other"),
        ('{"headers": {"X": "{text}"}, "form": {"a": "{to}{text}"}}', "{id} in its headers"),
        ('{"headers": {"X": "a\\r\\nY: b"}, "form": {"a": "{to}{text}"}}', "plain letters"),
    ],
)  # fmt: skip
def test_a_template_that_could_not_work_is_named(text: str, said: str) -> None:
    with pytest.raises(ValueError) as wrong:
        Template.from_json(text)
    assert said in str(wrong.value)


def test_the_address_of_a_gateway_loses_its_password() -> None:
    url, login = gateway_url("https://u:s3cret@api.46elks.com/a1/sms")
    assert url == "https://api.46elks.com/a1/sms" and login == {
        "Authorization": aiohttp.encode_basic_auth("u", "s3cret", "utf-8")
    }
    for slip in ("http://u:s3cret@api.46elks.com/", "ftp://u:s3cret@x.se", "https://u:s3cret/x@api.46elks.com", "api.46elks.com"):
        with pytest.raises(ValueError) as wrong:
            gateway_url(slip)
        assert "s3cret" not in str(wrong.value)


# --- replies ---

SECRET = "s" * 32
ELKS_REPLY = {
    "direction": "incoming", "id": "sf8425555e5d8db61dda7a7b3f1b91bdb", "from": "+46701234567", "to": "+46706860000",
    "created": "2026-11-24T13:57:23.741000", "message": "Ta K7M4",
}  # fmt: skip


class Remembering:
    def __init__(self) -> None:
        self.events: list[Event] = []
        self.down = False

    async def accept(self, event: Event) -> None:
        if self.down:
            raise StoreUnavailable("down")
        self.events.append(event)


@pytest.fixture
async def inlet() -> Remembering:
    return Remembering()


@pytest.fixture
async def door(inlet: Remembering) -> AsyncIterator[str]:
    async with served(SmsReplies(inlet, SECRET, clock=SettableClock())) as address:
        yield f"{address}{REPLY_PATH}"


async def posted(door: str, *, secret: str = SECRET, headers: dict[str, str] | None = None, **body: object) -> int:
    given = {"Authorization": aiohttp.encode_basic_auth("gateway", secret)} if headers is None else headers
    async with aiohttp.ClientSession() as session, session.post(door, headers=given, **body) as answer:  # type: ignore[arg-type]
        return answer.status


async def test_a_reply_is_on_disk_before_the_gateway_is_told(door: str, inlet: Remembering) -> None:
    assert await posted(door, data=ELKS_REPLY) == 204
    (event,) = inlet.events
    assert isinstance(event, TextReceived) and event.sender == Address("sms", "+46701234567")
    assert event.at == NOW and event.words == "Ta K7M4"
    inlet.down = True
    assert await posted(door, data=ELKS_REPLY) == 503
    inlet.down = False
    assert await posted(door, data=ELKS_REPLY) == 204
    assert inlet.events[0].id == inlet.events[1].id  # so the inbox knows the repeat
    assert await posted(door, data={**ELKS_REPLY, "id": "another"}) == 204 and len({e.id for e in inlet.events}) == 2


@pytest.mark.parametrize(
    "headers", [{"Authorization": f"Bearer {SECRET}"}, {"X-Reply-Secret": SECRET}, {"authorization": f"bearer {SECRET}"}]
)
async def test_the_secret_may_come_in_other_ways(door: str, inlet: Remembering, headers: dict[str, str]) -> None:
    assert await posted(door, headers=headers, json={"Sender": "070-123 45 67", "Text": "TA K7M4"}) == 204
    assert await posted(f"{door}?secret={SECRET}", headers={}, data=ELKS_REPLY) == 204
    assert len(inlet.events) == 2


@pytest.mark.parametrize(
    "headers",
    [{}, {"Authorization": "Basic"}, {"Authorization": "Basic !!!"}, {"Authorization": f"Bearer {SECRET[:-1]}"},
     {"X-Reply-Secret": ""}, {"Authorization": f"Digest {SECRET}"}, {"Authorization": aiohttp.encode_basic_auth(SECRET, "")}],
)  # fmt: skip
async def test_without_the_secret_nothing_gets_in(door: str, inlet: Remembering, headers: dict[str, str]) -> None:
    assert await posted(door, headers=headers, data=ELKS_REPLY) == 401
    assert await posted(f"{door}?secret={SECRET[:-1]}&secret=", headers=headers, data=ELKS_REPLY) == 401
    assert not inlet.events


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"data": b""}, 400), ({"data": {"from": "+46701234567"}}, 400), ({"data": {"message": "TA K7M4"}}, 400),
        ({"json": ["x"]}, 400), ({"data": b"\xff\xfe\x00=\xff", "headers": None}, 400), ({"json": {"from": 5, "text": {}}}, 400),
        ({"data": {"from": "Telia", "message": "Du har fyllt på"}}, 204), ({"data": b"x" * 70_000}, 413),
        ({"data": "&".join(f"a{n}=1" for n in range(200))}, 400),
    ],
)  # fmt: skip
async def test_what_is_no_reply_of_a_person_is_not_taken(door: str, inlet: Remembering, body: dict, status: int) -> None:
    with structlog.testing.capture_logs() as logs:
        assert await posted(door, **body) == status
    assert not inlet.events and "Telia" not in str(logs)


async def test_only_a_post_is_taken(door: str, inlet: Remembering) -> None:
    async with aiohttp.ClientSession() as session, session.get(door) as answer:
        assert answer.status == 405


def test_without_a_secret_there_is_no_door() -> None:
    with pytest.raises(ValueError):
        SmsReplies(Remembering(), "short", clock=SettableClock())
