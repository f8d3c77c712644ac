"""Every way a mail can end, over SMTP against a real server on loopback."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes, policy

import pytest
import structlog
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.adapters.mail import DATA_S, GOODBYE_S, STEP_S, MailGateway, SmtpServer, mail_address
from bot.domain.events import Address
from bot.domain.messages import Block, Choice, Rendered, Span, packed
from bot.domain.outbox import LEASE, Delivery, Refused, RetryAt, Sent, Unknown
from bot.domain.plain_text import words
from tests.support.builders import NOW, SettableClock
from tests.support.smtp import DROPS, HANGS, TAKES_AND_DROPS, MailServer, a_mail_server, trusting

SENDER = "Larm Norrköping <larm@norrkoping.example>"
ANNA = "anna.jour@norrkoping.example"
PAGE = Rendered(
    "sv",
    "ltr",
    (
        Block("title", (Span("Larm K7M4: barn utan vuxen, brådskande"),)),
        Block("text", (Span("Norrköping. Ingen har tagit ärendet ännu."),)),
        Block("list", items=((Span("Öppna länken."),), (Span("Ta larmet med en tryckning."),))),
    ),
    (
        (Choice("Ta larmet", action="take:abc"),),
        (Choice("Öppna", url="https://bot.example/c/K7M4"), Choice("Ring 112", tel="112")),
        (Choice("Ring jouren", tel="+4611150000"),),
    ),
)


def a_mail(to: str = ANNA, *, id: int = 7, lane: str = "page", attempts: int = 1, rendered: Rendered = PAGE) -> Delivery:
    return Delivery(id, Address("mail", to), lane, packed(rendered), attempts, NOW)


@pytest.fixture
async def server() -> AsyncIterator[MailServer]:
    async with a_mail_server() as made:
        yield made


def gateway(server: MailServer, timeout_s: float = 5.0) -> MailGateway:
    server_ = SmtpServer.from_url(server.url)
    return MailGateway(server_, SENDER, clock=SettableClock(), step_s=timeout_s, data_s=timeout_s, trust=trusting())


async def test_a_page_arrives_as_plain_text_with_its_links_and_says_that_a_machine_wrote_it(server: MailServer) -> None:
    assert await gateway(server).send(a_mail()) == Sent()
    (mail,) = server.mails
    assert mail.sender == "larm@norrkoping.example" and mail.to == [ANNA]
    message = mail.message
    assert message["Subject"] == "Larm K7M4: barn utan vuxen, brådskande"
    assert message["From"] == SENDER and message["To"] == ANNA
    assert message["Auto-Submitted"] == "auto-generated" and message["X-Auto-Response-Suppress"] == "All"
    assert message["Importance"] == "high" and message["Content-Language"] == "sv"
    assert message.get_content_type() == "text/plain" and not message.is_multipart()
    assert mail.text == (
        "Larm K7M4: barn utan vuxen, brådskande\n\nNorrköping. Ingen har tagit ärendet ännu.\n\n"
        "- Öppna länken.\n- Ta larmet med en tryckning.\n\n"
        "Öppna: https://bot.example/c/K7M4\nRing 112\nRing jouren: 011-15 00 00\n"
    )
    assert max(map(len, mail.raw.splitlines())) <= 998 and mail.raw.isascii()


async def test_a_notice_is_not_marked_urgent(server: MailServer) -> None:
    await gateway(server).send(a_mail(lane="reply"))
    assert server.mails[0].message["Importance"] is None


async def test_a_repeat_has_the_id_of_the_first_and_no_other_page_has_it(server: MailServer) -> None:
    mail = gateway(server)
    for page in (a_mail(), a_mail(attempts=2), a_mail(id=8), replace(a_mail(), created_at=NOW + timedelta(seconds=1))):
        await mail.send(page)
    first, repeat, other, elsewhere = (m.message["Message-ID"] for m in server.mails)
    assert first == repeat and len({first, other, elsewhere}) == 3
    assert first.endswith("@norrkoping.example>") and ANNA not in first


@pytest.mark.parametrize("stage", ["connect", "ehlo", "mail", "rcpt", "data"])
async def test_not_now_means_later_and_longer_each_time(server: MailServer, stage: str) -> None:
    mail = gateway(server)
    server.fails(stage, "450 4.7.0 try again later", times=4)  # a refused EHLO is followed by HELO
    first = await mail.send(a_mail(attempts=1))
    third = await mail.send(a_mail(attempts=3))
    if stage == "ehlo":
        assert isinstance(first, Sent) and isinstance(third, Sent)  # a server that knows HELO only is good enough
        return
    assert first == RetryAt(NOW + timedelta(seconds=1), "450") and third == RetryAt(NOW + timedelta(seconds=5), "450")
    assert not server.mails


@pytest.mark.parametrize("stage", ["connect", "mail", "rcpt", "data"])
async def test_a_server_that_is_closing_down_means_later(server: MailServer, stage: str) -> None:
    server.fails(stage, "421 4.3.2 shutting down")
    assert await gateway(server).send(a_mail()) == RetryAt(NOW + timedelta(seconds=1), "421")


async def test_a_mailbox_that_is_not_there_is_not_written_to_again(server: MailServer) -> None:
    server.fails("rcpt", "550 5.1.1 no such user here")
    assert await gateway(server).send(a_mail()) == Refused("550", gone=True)
    assert await gateway(server).send(a_mail("anna at norrkoping")) == Refused("no address", gone=True)
    assert not server.mails


@pytest.mark.parametrize(
    ("stage", "reply"),
    [("rcpt", "554 5.7.1 relay denied"), ("rcpt", "552 5.2.2 mailbox full"), ("mail", "553 5.1.8 sender unknown"),
     ("data", "554 5.7.1 looks like spam")],
)  # fmt: skip
async def test_a_final_no_is_refused_with_an_alarm_but_the_person_is_not_gone(server: MailServer, stage: str, reply: str) -> None:
    server.fails(stage, reply)
    with structlog.testing.capture_logs() as logs:
        assert await gateway(server).send(a_mail()) == Refused(reply[:3])
    assert [line["event"] for line in logs if line.get("alarm")] == ["mail_refused"]
    assert not server.mails and await gateway(server).send(a_mail()) == Sent()


@pytest.mark.parametrize("stage", ["connect", "ehlo", "mail", "rcpt"])
@pytest.mark.parametrize("fault", [HANGS, DROPS])
async def test_a_line_that_breaks_before_the_message_means_later(server: MailServer, stage: str, fault: str) -> None:
    server.fails(stage, fault)
    outcome = await gateway(server, timeout_s=0.3).send(a_mail())
    assert isinstance(outcome, RetryAt) and outcome.when == NOW + timedelta(seconds=1)
    assert not server.mails


@pytest.mark.parametrize(("fault", "arrived"), [(HANGS, 0), (DROPS, 0), (TAKES_AND_DROPS, 1)])
async def test_a_line_that_breaks_after_the_message_leaves_it_unknown(server: MailServer, fault: str, arrived: int) -> None:
    server.fails("data", fault)
    assert await gateway(server, timeout_s=0.3).send(a_mail()) == Unknown("after DATA")
    assert len(server.mails) == arrived


@pytest.mark.parametrize("fault", [HANGS, DROPS, "500 what"])
async def test_what_goes_wrong_after_it_was_accepted_does_not_matter(server: MailServer, fault: str) -> None:
    server.fails("quit", fault)
    assert await gateway(server, timeout_s=0.3).send(a_mail()) == Sent()
    assert len(server.mails) == 1


async def test_no_server_at_all_means_later() -> None:
    nobody = MailGateway(SmtpServer.from_url("smtp://127.0.0.1:9"), SENDER, clock=SettableClock())
    assert await nobody.send(a_mail()) == RetryAt(NOW + timedelta(seconds=1), "SMTPConnectError")
    assert await nobody.unreachable() == "SMTPConnectError"


@pytest.mark.parametrize("security", ["starttls", "tls"])
async def test_a_secured_line_takes_the_login_and_the_message(security: str) -> None:
    async with a_mail_server(login=("larm", "p4ss"), security=security) as server:
        assert await gateway(server).send(a_mail()) == Sent()
        assert server.mails[0].encrypted
        assert await gateway(server).unreachable() == ""


@pytest.mark.parametrize("security", ["starttls", "tls"])
async def test_a_server_that_shows_a_false_certificate_gets_nothing(security: str) -> None:
    async with a_mail_server(login=("larm", "p4ss"), security=security) as server:
        mail = MailGateway(SmtpServer.from_url(server.url), SENDER, clock=SettableClock())
        assert isinstance(await mail.send(a_mail()), RetryAt)
        assert not server.mails


async def test_a_server_without_starttls_gets_nothing_in_the_clear(server: MailServer) -> None:
    url = server.url.replace("starttls=0", "starttls=1")
    mail = MailGateway(SmtpServer.from_url(url), SENDER, clock=SettableClock())
    with structlog.testing.capture_logs() as logs:
        assert isinstance(await mail.send(a_mail()), RetryAt)
    assert not server.mails and any(line.get("alarm") for line in logs)


async def test_a_refused_login_means_later_with_an_alarm_and_shows_the_password_nowhere() -> None:
    async with a_mail_server(login=("larm", "right"), security="starttls") as server:
        wrong = SmtpServer.from_url(server.url.replace("right", "wr0ng-secret"))
        mail = MailGateway(wrong, SENDER, clock=SettableClock(), trust=trusting())
        with structlog.testing.capture_logs() as logs:
            outcome = await mail.send(a_mail())
        assert outcome == RetryAt(NOW + timedelta(seconds=1), "login")
        assert any(line.get("alarm") for line in logs) and await mail.unreachable() == "login"
        for secret in ("wr0ng-secret", ANNA, "K7M4", "Norrköping"):
            assert secret not in f"{logs} {outcome} {wrong!r}"


async def test_no_fault_carries_an_address_or_words(server: MailServer) -> None:
    for stage in ("connect", "mail", "rcpt", "data"):
        server.fails(stage, f"550 5.7.1 {ANNA} says K7M4 in Norrköping".encode().decode("ascii", "ignore"))
        with structlog.testing.capture_logs() as logs:
            outcome = await gateway(server).send(a_mail())
        assert not isinstance(outcome, Sent)
        assert ANNA not in f"{logs} {outcome}" and "K7M4" not in f"{logs} {outcome}"


async def test_a_server_that_hangs_keeps_nobody_waiting_for_longer_than_a_lease(server: MailServer) -> None:
    assert LEASE.total_seconds() > 3 * STEP_S + DATA_S + GOODBYE_S
    server.fails("data", HANGS, times=20)
    mail = MailGateway(SmtpServer.from_url(server.url), SENDER, clock=SettableClock(), step_s=0.3, data_s=1.0)
    outcomes = await asyncio.gather(*(mail.send(a_mail(id=n)) for n in range(12)))
    assert [type(o) for o in outcomes].count(Unknown) == 4, "as many as there are lines"
    assert [o.why for o in outcomes if isinstance(o, RetryAt)] == ["busy"] * 8


async def test_many_pages_at_once_open_few_lines(server: MailServer) -> None:
    mail = gateway(server)
    outcomes = await asyncio.gather(*(mail.send(a_mail(f"staff{n}@norrkoping.example", id=n)) for n in range(40)))
    assert outcomes == [Sent()] * 40 and len({m.to[0] for m in server.mails}) == 40
    assert server.most_lines <= 8  # four of ours, and those that are just closing


@pytest.mark.parametrize(
    "words",
    [
        "Larm\r\nBcc: thief@example.org",
        "Larm\nX-Evil: 1\n\nbody",
        "\u202eevil\u2066",
        "Ä" * 300,
        "\ud83d lone",
        "",
        ".\r\n.\r\nQUIT\r\n",
    ],
)
async def test_no_words_become_a_header_or_a_command(server: MailServer, words: str) -> None:
    rendered = Rendered("sv", "ltr", (Block("title", (Span(words),)), Block("text", (Span(words + "\n.\nslut"),))))
    assert await gateway(server).send(a_mail(rendered=rendered)) == Sent()
    (mail,) = server.mails
    message = mail.message
    assert mail.to == [ANNA] and message["Bcc"] is None and message["X-Evil"] is None
    assert "\u202e" not in message["Subject"] + mail.text and mail.text.rstrip().endswith("slut")
    assert len(message["Subject"]) <= 78


async def test_a_sender_with_swedish_letters_in_its_domain_is_written_in_ascii(server: MailServer) -> None:
    mail = MailGateway(SmtpServer.from_url(server.url), "Jour Örebro <larm@örebro.example>", clock=SettableClock())
    assert await mail.send(a_mail("anna@örebro.example")) == Sent()
    (got,) = server.mails
    assert got.sender == "larm@xn--rebro-iua.example" and got.to == ["anna@xn--rebro-iua.example"]
    assert got.message["From"] == "Jour Örebro <larm@xn--rebro-iua.example>" and got.raw.isascii()


HEADERS = [
    "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "X-Auto-Response-Suppress", "Importance", "X-Priority",
    "Content-Type", "Content-Transfer-Encoding", "MIME-Version", "Content-Language",
]  # fmt: skip


@settings(max_examples=400)
@given(st.text(), st.text())
def test_whatever_the_words_the_headers_are_ours_and_the_text_is_whole(title: str, body: str) -> None:
    mail = MailGateway(SmtpServer.from_url("smtp://127.0.0.1:9"), SENDER, clock=SettableClock())
    rendered = Rendered("sv", "ltr", (Block("title", (Span(title),)), Block("text", (Span(body),))))
    raw = mail._message(a_mail(rendered=rendered), ANNA).as_bytes(policy=policy.SMTP)
    read = message_from_bytes(raw, policy=policy.default)
    assert sorted(read.keys()) == sorted(HEADERS) and raw.isascii()
    assert read.get_content().replace("\r\n", "\n").split() == words(rendered).split()
    assert len(read["Subject"]) <= 78 and not read.defects


@pytest.mark.parametrize(
    ("url", "host", "port", "security"),
    [
        ("smtp://user:p%40ss@mail.example.se:587?starttls=1", "mail.example.se", 587, "starttls"),
        ("smtp://mail.example.se", "mail.example.se", 587, "starttls"),
        ("smtps://u:p@mail.example.se", "mail.example.se", 465, "tls"),
        ("smtp://relay.example.se:25?starttls=0", "relay.example.se", 25, "none"),
        ("smtp://localhost:1025", "localhost", 1025, "none"),
    ],
)
def test_an_address_of_a_server_is_read(url: str, host: str, port: int, security: str) -> None:
    server = SmtpServer.from_url(url)
    assert (server.host, server.port, server.security) == (host, port, security)
    assert "p@ss" not in repr(server) and (server.password == "p@ss" or "%40" not in url)


@pytest.mark.parametrize(
    "url",
    ["mail.example.se", "http://mail.example.se", "smtp://", "smtp://u:p@mail.example.se?starttls=0", "smtp://h/x",
     "smtp://h?tls=1", "smtp://h?starttls=maybe", "smtp://h:99999"],
)  # fmt: skip
def test_an_address_that_is_none_or_would_show_the_password_is_not_taken(url: str) -> None:
    with pytest.raises(ValueError):
        SmtpServer.from_url(url)


@pytest.mark.parametrize(
    ("raw", "address"),
    [
        ("anna@example.se", "anna@example.se"),
        ("Larm Ö <larm@exempel.se>", "larm@exempel.se"),
        ("anna@örebro.example", "anna@xn--rebro-iua.example"),
        ("anna", ""), ("a b@example.se", ""), ("anna@example.se\r\nRCPT TO:<x@y.se>", ""), ("@example.se", ""), ("", ""),
    ],
)  # fmt: skip
def test_only_a_mail_address_is_one(raw: str, address: str) -> None:
    assert mail_address(raw) == address
