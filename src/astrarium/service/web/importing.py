"""The page where what an account keeps is taken out as a file and taken in from one."""

from typing import TYPE_CHECKING, Any, Final

import msgspec
from litestar import Response

from astrarium.errors import AstrariumError, as_sentence
from astrarium.service.problems import kind_of
from astrarium.service.transfer import MOST_ENTRIES, ImportReport, OnFault
from astrarium.service.web.form_pages import UNLISTED
from astrarium.service.web.posted import Posted
from astrarium.service.web.templates import page
from astrarium.service.web.visitor import AnyRequest

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_BOM: Final = b"\xef\xbb\xbf"


class Importing(msgspec.Struct, frozen=True, kw_only=True):
    """Whose page it is: `what` is in the files, `path` the list that it belongs to, `api` where exports come from."""

    what: str
    title: str
    path: str
    api: str
    columns: tuple[str, ...]


def is_document(content: bytes) -> bool:
    """Whether a file is a JSON document; anything else is read as a table."""
    return content.removeprefix(_BOM).lstrip()[:1] in {b"{", b"["}


def on_fault_of(form: Posted) -> OnFault:
    """What is wanted of an import with faults: unless the box is ticked, that nothing is kept."""
    return "skip" if form.text("on_fault") == "skip" else "stop"


def importing_page(
    request: AnyRequest,
    about: Importing,
    report: ImportReport | None = None,
    *,
    error: AstrariumError | None = None,
) -> Response[Any]:
    """The page, with what became of an import, or why nothing was taken in."""
    refused: Mapping[str, Any] = error.data if error is not None and error.code == "import_refused" else {}
    faults: Sequence[Mapping[str, Any]] = refused.get("faults", ())
    if report is not None:
        faults = [msgspec.to_builtins(fault) for fault in report.faults]
    return page(
        request,
        "transfer.html",
        status=200 if error is None else kind_of(error.code).status,
        headers=UNLISTED,
        about=about,
        report=report,
        faults=faults[:100],
        fault_count=refused.get("count", len(faults)),
        refusal=None if error is None or refused else _plain(error.detail),
        advice="" if error is None or refused else _plain(error.hint),
        most=MOST_ENTRIES,
    )


def _plain(text: str) -> str:
    return as_sentence(text.replace("`", ""))
