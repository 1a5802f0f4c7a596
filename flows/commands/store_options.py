"""The options that say which store a command means."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Work = Annotated[
    Path | None,
    typer.Option(
        help="Folder of the store. Default: GOUJI_WORK, else ./gouji-work.", show_default=False
    ),
]
Database = Annotated[
    str | None,
    typer.Option(
        metavar="URL",
        help="Database instead of SQLite in the work folder, such as postgresql://host/name. "
        "Default: GOUJI_DATABASE.",
        show_default=False,
    ),
]
