"""The widget's own files: the stylesheet for the page, the rest by their content's hash."""

import gzip
import re
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

from flask import Response, abort, current_app, request, url_for

from synqro.web.widget.blueprint import bp

FOLDER = "widget"
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
SPACE = re.compile(r"\s+")
AROUND = re.compile(r" ?([{};,>]) ?")
IMPORT = re.compile(r'"\./([\w-]+\.js)"')
DOC_COMMENT = re.compile(r"^\s*/\*\*.*?\*/\n", re.DOTALL | re.MULTILINE)
LINE_COMMENT = re.compile(r"^\s*//.*\n|^\s+|[ \t]+//[ ].*$", re.MULTILINE)


@dataclass(frozen=True)
class File:
    content: bytes
    packed: bytes
    version: str
    mimetype: str = "text/javascript"


@cache
def stylesheet(name: str = "widget.css") -> str:
    """Give back the stylesheet that every page carries inline, or that of some pages only."""
    text = SPACE.sub(" ", COMMENT.sub("", _source(name)))
    return AROUND.sub(r"\1", text).replace(": ", ":").replace(";}", "}").strip()


@cache
def script(name: str) -> File:
    """Give back one of the scripts without its comments and indents, and its gzip."""
    text = LINE_COMMENT.sub("", DOC_COMMENT.sub("", _source(name)))
    # By the address that the page names it under, or it would run twice.
    return _file(IMPORT.sub(lambda found: f'"./{found[1]}?v={script(found[1]).version}"', text))


@cache
def _sheet(name: str) -> File:
    return _file(stylesheet(name), "text/css")


def _file(text: str, mimetype: str = "text/javascript") -> File:
    content = text.encode()
    version = sha256(content).hexdigest()[:12]
    return File(content, gzip.compress(content, 9, mtime=0), version, mimetype)


@cache
def _names() -> frozenset[str]:
    folder = Path(current_app.root_path) / FOLDER
    return frozenset(path.name for path in folder.iterdir() if path.suffix in (".js", ".css"))


def _found(name: str) -> File:
    return _sheet(name) if name.endswith(".css") else script(name)


@bp.app_template_global("widget_asset")
def asset_path(name: str) -> str:
    """Give back the path of a script or a stylesheet, which changes with its content."""
    return url_for("widget.asset", name=name, v=_found(name).version)


@bp.get("/static/<name>")
def asset(name: str) -> Response:
    """Serve a script or a stylesheet; under its version it may be kept for good."""
    if name not in _names():
        abort(404)
    return serve(_found(name), request.args.get("v"))


def serve(file: File, version: str | None) -> Response:
    """Answer with a file, packed where the client reads it."""
    packed = request.accept_encodings.quality("gzip") > 0
    answer = Response(file.packed if packed else file.content, mimetype=file.mimetype)
    if packed:
        answer.headers["Content-Encoding"] = "gzip"
    answer.vary.add("Accept-Encoding")
    kept = "max-age=31536000, immutable" if version == file.version else "max-age=300"
    answer.headers["Cache-Control"] = f"public, {kept}"
    answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return answer


def _source(name: str) -> str:
    return (Path(current_app.root_path) / FOLDER / name).read_text(encoding="utf-8")
