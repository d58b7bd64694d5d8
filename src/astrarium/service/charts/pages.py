"""The page: the form, and the chart of what was typed. Every chart's address is a permalink."""

from hashlib import blake2b
from typing import TYPE_CHECKING, Any, Final

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.response import Redirect

from astrarium.chart.natal import cast
from astrarium.chart.structs import Chart
from astrarium.draw.picture import wheel_of
from astrarium.errors import AstrariumError
from astrarium.service.charts import form as forms
from astrarium.service.charts.form import ChartForm
from astrarium.service.charts.keeping import kept_as
from astrarium.service.charts.now import Sky, sky_at
from astrarium.service.charts.options import system_options, zodiac_options
from astrarium.service.charts.remedies import Remedy, remedy
from astrarium.service.charts.service import shown
from astrarium.service.database.transactions import Database
from astrarium.service.permissions import EVERYONE
from astrarium.service.problems import BROKEN_INSTALLATION, kind_of
from astrarium.service.web.templates import page

if TYPE_CHECKING:
    from astrarium.draw.palette import Theme
    from astrarium.service.cache.cache import Cache

UNLISTED: Final = {"X-Robots-Tag": "noindex"}
"""Somebody's birth is nothing for a search engine."""


@get("/", include_in_schema=False, sync_to_thread=False, permission=EVERYONE)
def start(request: Request[Any, Any, Any]) -> Response[str]:
    """The empty form, beside the sky of this hour."""
    return _page(request, forms.read("known=exact"), sky=sky_at(request.app.state.now()))


@get("/chart", include_in_schema=False, permission=EVERYONE)
async def chart(request: Request[Any, Any, Any], database: NamedDependency[Database]) -> Response[Any]:
    """The chart that the query describes, or the form with what is wrong beside the right field.

    An address with idle parameters, as a browser sends a form, leads to the short one.
    """
    query = request.scope["query_string"].decode("latin-1")
    form = forms.read(query)
    if form.is_blank:
        return Redirect("/", status_code=303) if not query else _page(request, form)
    if not forms.is_tidy(query, form):
        return Redirect(f"/chart?{forms.query_of(form)}", status_code=303, headers=UNLISTED)
    try:
        made = cast(forms.request_of(form))
        return _page(request, form, made, kept_as=await kept_as(request, database, form, made))
    except AstrariumError as error:
        if error.code in BROKEN_INSTALLATION:
            raise
        return _page(request, form, fault=remedy(error, form), status=kind_of(error.code).status)


@get("/chart.svg", include_in_schema=False, permission=EVERYONE)
async def picture(request: Request[Any, Any, Any]) -> Response[bytes]:
    """The wheel of the chart that the query describes, as a file; `theme=dark` draws it on a dark ground."""
    query = request.scope["query_string"].decode("latin-1")
    made = cast(forms.request_of(forms.read(query)))
    theme: Theme = "dark" if request.query_params.get("theme") == "dark" else "light"
    headers = {
        "Cache-Control": "private, no-cache",
        "Content-Disposition": 'inline; filename="chart.svg"',
        **UNLISTED,
    }
    cache: Cache = request.app.state.cache

    async def draw() -> bytes:
        return wheel_of(made, theme=theme).encode()

    named = blake2b((made.name or "").encode(), digest_size=16).hexdigest()
    drawn = await cache.get(f"wheel {theme} {made.receipt.id} {named}", draw)
    return Response(drawn, media_type="image/svg+xml", headers=headers)


def _page(
    request: Request[Any, Any, Any],
    form: ChartForm,
    made: Chart | None = None,
    *,
    kept_as: str = "",
    sky: Sky | None = None,
    fault: Remedy | None = None,
    status: int = 200,
) -> Response[str]:
    return page(
        request,
        "chart.html",
        status=status,
        headers=None if form.is_blank else UNLISTED,
        form=form,
        query=forms.query_of(form),
        kept_as=kept_as,
        fault=fault,
        sky=sky,
        zodiacs=zodiac_options(),
        systems=system_options(),
        **(shown(made) if made else {"chart": None}),
    )
