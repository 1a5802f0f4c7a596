"""Options that are settings: each is declared once here, and commands are handed the settings.

A command names the options it has and takes ``settings``; they stand in its help where ``settings``
stands among its parameters:

    @app.command()
    @with_settings(*STORE)
    def doctor(json: … = False, *, settings: Settings) -> None: …
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Annotated, Any, get_type_hints

import typer

Command = Callable[..., None]
KEYWORD = inspect.Parameter.KEYWORD_ONLY


@dataclass(frozen=True, slots=True)
class SettingOption:
    """An option that is a setting; ``setting`` is its name where the option has another one."""

    declared: Any
    setting: str = ""
    parse: Callable[[Any], Any] = lambda given: given


def _share(option: str) -> Callable[[str | None], float | None]:
    def parse(given: str | None) -> float | None:
        from .read import parse_share

        return None if given is None else parse_share(option, given)

    return parse


OPTIONS: Mapping[str, SettingOption] = {
    "work": SettingOption(
        Annotated[
            Path | None,
            typer.Option(
                help="Folder of the store. Default: GOUJI_WORK, else ./gouji-work.",
                show_default=False,
            ),
        ]
    ),
    "database": SettingOption(
        Annotated[
            str | None,
            typer.Option(
                metavar="URL",
                help="Database instead of SQLite in the work folder, such as "
                "postgresql://host/name. Default: GOUJI_DATABASE.",
                show_default=False,
            ),
        ]
    ),
    "password": SettingOption(
        Annotated[
            list[str] | None,
            typer.Option(help="Try this password on encrypted documents; may be given again."),
        ],
        "passwords",
        lambda given: tuple(given) if given else None,
    ),
    "workers": SettingOption(
        Annotated[
            int | None,
            typer.Option(help="Reading processes. Default: one a processor.", show_default=False),
        ]
    ),
    "page_seconds": SettingOption(
        Annotated[
            float | None,
            typer.Option(
                help="Give a page up after so many seconds. Default: 30.", show_default=False
            ),
        ]
    ),
    "document_seconds": SettingOption(
        Annotated[
            float | None,
            typer.Option(
                help="Give a document up after so many seconds. Default: 900.", show_default=False
            ),
        ]
    ),
    "max_pages": SettingOption(
        Annotated[
            int | None,
            typer.Option(help="Pages of a document after these are not read.", show_default=False),
        ]
    ),
    "max_error": SettingOption(
        Annotated[
            str | None,
            typer.Option(
                metavar="RATE",
                help="Accept cells only where this error rate among them can be promised, such as "
                "0.0005 or 0.05%.",
                show_default=False,
            ),
        ],
        parse=_share("--max-error"),
    ),
    "budget": SettingOption(
        Annotated[
            str | None,
            typer.Option(
                metavar="SHARE",
                help="Have people look at this share of the cells, such as 2%: the least sure "
                "ones.",
                show_default=False,
            ),
        ],
        parse=_share("--budget"),
    ),
    "inbox": SettingOption(
        Annotated[
            str | None,
            typer.Option(
                metavar="FOLDER|URL",
                help="What is watched for new documents. Default: GOUJI_INBOX, else ./gouji-inbox.",
                show_default=False,
            ),
        ]
    ),
    "double": SettingOption(
        Annotated[
            float | None,
            typer.Option(
                metavar="SHARE",
                min=0,
                max=1,
                help="Share of decided cells that a second person decides too, unseen (0.05: one "
                "in twenty; default: none).",
                show_default=False,
            ),
        ],
        "double_review",
    ),
    "folder": SettingOption(
        Annotated[
            Path | None,
            typer.Option(
                metavar="DIR",
                help="Folder of the weights. Default: GOUJI_MODELS, else gouji/models in the "
                "user's cache.",
                show_default=False,
            ),
        ],
        "models",
    ),
}
STORE = ("work", "database")
READING = (*STORE, "password", "workers", "page_seconds", "document_seconds", "max_pages")


def with_settings(*names: str) -> Callable[[Command], Command]:
    """Give a command these of the `OPTIONS`, and the settings that they make.

    One that is among the command's own parameters stands there in the help, and is passed as typed.
    """

    def decorated(command: Command) -> Command:
        signature = inspect.signature(command)
        own = [name for name in names if name in signature.parameters]

        @wraps(command)
        def run(**given: Any) -> None:
            from ..settings import load_settings

            typed = {name: given[name] if name in own else given.pop(name) for name in names}
            chosen = {
                OPTIONS[name].setting or name: OPTIONS[name].parse(value)
                for name, value in typed.items()
            }
            command(**given, settings=load_settings(**chosen))

        parameters = _expanded(command, signature, names)
        run.__signature__ = signature.replace(parameters=parameters)  # type: ignore[attr-defined]
        run.__annotations__ = {one.name: one.annotation for one in parameters}
        return run

    return decorated


def _expanded(
    command: Command, signature: inspect.Signature, names: tuple[str, ...]
) -> list[inspect.Parameter]:
    """The command's parameters with those of the options in the place of ``settings``."""
    # `Settings` takes 0.3 s to import and is none of typer's business.
    hints = get_type_hints(command, localns={"Settings": object}, include_extras=True)
    hints |= {name: OPTIONS[name].declared for name in names}
    parameters: dict[str, inspect.Parameter] = {}
    for name, one in signature.parameters.items():
        if name == "settings":
            for more in names:
                if more not in signature.parameters:
                    parameters[more] = inspect.Parameter(more, KEYWORD, default=None)
        else:
            parameters[name] = one.replace(kind=KEYWORD)
    return [one.replace(annotation=hints[name]) for name, one in parameters.items()]
