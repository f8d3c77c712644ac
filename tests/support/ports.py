"""A listening socket on a free port of this machine."""

from __future__ import annotations

import socket


def listen(port: int = 0) -> socket.socket:
    """Return it, of the protocol TCP by name: without it the event loop leaves Nagle's delay on, 40 ms for every answer."""
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind(("127.0.0.1", port))
    listening.listen(128)
    return listening
