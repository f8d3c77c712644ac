"""The web chat of a visitor, and pages that anybody can read, link to and keep for when there is no net."""

from bot.domain.messages import Capabilities

CHANNEL = "web"
CAPABILITIES = Capabilities(has_header=True, shows_own_words=False, on_our_site=True, pushed=False)
