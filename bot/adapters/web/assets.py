"""Static files, read once, compressed once, under names that change with their content."""

from __future__ import annotations

import gzip
from hashlib import sha256
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

FOLDER = Path(__file__).parent / "static"
_KINDS = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
_FOR_EVER = "public, max-age=31536000, immutable"


def _lean(text: str) -> str:
    """Return the text without indentation and whole-line comments: a third less to send, and still readable."""
    lines = (line.strip() for line in text.splitlines())
    return "\n".join(line for line in lines if line and not line.startswith("//"))


class Assets:
    def __init__(self, folder: Path = FOLDER, at: str = "/static/") -> None:
        self._at = at
        self._urls: dict[str, str] = {}
        self._files: dict[str, tuple[str, bytes, bytes]] = {}
        for path in sorted(folder.iterdir()):
            content = _lean(path.read_text()).encode()
            name = f"{path.stem}-{sha256(content).hexdigest()[:10]}{path.suffix}"
            self._urls[path.name] = f"{at}{name}"
            self._files[name] = (_KINDS[path.suffix], content, gzip.compress(content, 9, mtime=0))

    def url(self, name: str) -> str:
        """Return the address of the file as it is now. Raises KeyError for an unknown one."""
        return self._urls[name]

    def text(self, name: str) -> str:
        return self._files[self._urls[name].removeprefix(self._at)][1].decode()

    @property
    def version(self) -> str:
        """Changes when any file changes."""
        return sha256(" ".join(self._urls.values()).encode()).hexdigest()[:10]

    def serve(self, request: Request, name: str) -> Response | None:
        found = self._files.get(name)
        if found is None:
            return None
        kind, plain, packed = found
        zipped = "gzip" in request.headers.get("accept-encoding", "")
        headers = {"Cache-Control": _FOR_EVER, "Vary": "Accept-Encoding"}
        if zipped:
            headers["Content-Encoding"] = "gzip"
        return Response(packed if zipped else plain, media_type=kind, headers=headers)
