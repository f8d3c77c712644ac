"""The ways to reach staff beside Telegram that the settings turn on. What none of them names is not imported at start."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.app.config import Settings
from bot.services.ports import Clock

if TYPE_CHECKING:
    from bot.adapters.mail import MailGateway
    from bot.adapters.sms.send import SmsGateway


def set_up(settings: Settings) -> frozenset[str]:
    """Return the channels by which a service with these settings can reach staff."""
    named = {"telegram": settings.telegram_token, "mail": settings.smtp_url, "sms": settings.sms_url}
    return frozenset({"web", *(channel for channel, setting in named.items() if setting)})


def mail_gateway(settings: Settings, clock: Clock) -> MailGateway | None:
    """Return the gateway, None where mail is not set up. Close it at the end."""
    if not settings.smtp_url:
        return None
    from bot.adapters.mail import MailGateway, SmtpServer

    return MailGateway(SmtpServer.from_url(settings.smtp_url), settings.mail_from, clock=clock)


def sms_gateway(settings: Settings, clock: Clock) -> SmsGateway | None:
    """Return the gateway, None where SMS is not set up. Close it at the end."""
    if not settings.sms_url:
        return None
    from bot.adapters.sms.send import SmsGateway
    from bot.adapters.sms.template import ELKS, Template

    template = Template.from_json(settings.sms_template) if settings.sms_preset == "template" else ELKS
    return SmsGateway(settings.sms_url, template, sender=settings.sms_from, clock=clock, segments=settings.sms_segments)
