"""SMS, a way to reach staff, through any HTTP gateway; and their replies."""

from bot.adapters.sms.replies import REPLY_PATH, SmsReplies
from bot.adapters.sms.send import SmsGateway
from bot.adapters.sms.template import ELKS, Template, gateway_url

__all__ = ["ELKS", "REPLY_PATH", "SmsGateway", "SmsReplies", "Template", "gateway_url"]
