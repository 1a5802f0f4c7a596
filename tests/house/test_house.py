"""The house as a whole: what README and docs say is there, and the lock is what it must be."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import tomllib
from functools import cache
from importlib import metadata
from pathlib import Path

import pytest
import typer
from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from places import ROOT

from flows.commands.app import app
from flows.commands.doctor import EXTRAS, owners_of_cv2
from flows.settings import Settings
from gouji.model import Kind
from gouji.model.errors import FailureKind
from gouji.model.report import Agreement, CellState
from gouji.reconcile.relations import Value, check_relations
from gouji.reports.amounts import parse_amount
from gouji.reports.forms import FORMS, REVIEW_BLOCKS, REVIEW_RESULTS, value_keys
from gouji.reports.forms_t14 import VALUE_HEADS
from samples.generator.batch import PRODUCERS
from samples.generator.committed import committed_samples
from samples.generator.committed_documents import DOCUMENTS_FOLDER, committed_documents
from samples.generator.damage import DAMAGES
from samples.generator.fonts import FONTS
from samples.generator.unpaged import UNPAGED

PACKAGES = ("gouji", "extractors", "ocr", "flows", "review")
LONGEST_FILE = 450  # lines
LARGEST_PICTURE = 300_000  # bytes

# Spelled in pieces, so that this file does not hold them.
MACHINE_PATHS = [
    "".join(parts)
    for parts in (
        ("/wo", "rk/"), ("/ro", "ot/"), ("/ho", "me/"), ("/op", "t/"), ("py", "env"), ("/tmp", "/h")
    )
]  # fmt: skip
REGISTRIES = [
    ".".join(parts)
    for parts in (
        ("pypi", "org"), ("pythonhosted", "org"), ("deb", "debian", "org"), ("npmjs", "org"),
        ("pkg", "dev"), ("tuna", "tsinghua"), ("aliyun", "com"),
    )
]  # fmt: skip


def text_of(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


@cache
def tracked() -> tuple[Path, ...]:
    """Files that are in the repository, or would be."""
    command = ["git", "-C", str(ROOT), "ls-files", "-co", "--exclude-standard", "-z"]
    try:
        done = subprocess.run(command, capture_output=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("not a git checkout")
    names = done.stdout.decode().split("\0")
    return tuple(path for name in names if name and (path := ROOT / name).is_file())


@cache
def documents() -> dict[str, str]:
    """The text of every Markdown file by its path."""
    return {
        str(path.relative_to(ROOT)): path.read_text(encoding="utf-8")
        for path in tracked()
        if path.suffix == ".md"
    }


@cache
def make_targets() -> dict[str, str]:
    """Targets that a person calls, with what `make help` says of them."""
    makefile = text_of("Makefile")
    phony = re.search(r"^\.PHONY: (.+)$", makefile, re.MULTILINE)
    assert phony
    said = dict(re.findall(r"^([a-z-]+):.*?## (.+)$", makefile, re.MULTILINE))
    assert set(said) == set(phony[1].split())
    return said


@cache
def project() -> dict[str, object]:
    return tomllib.loads(text_of("pyproject.toml"))


@cache
def lock() -> dict[str, list[tuple[str, str]]]:
    """Versions and markers of every package in the lock."""
    found: dict[str, list[tuple[str, str]]] = {}
    lines = text_of("requirements.lock").replace("\\\n", " ").splitlines()
    for line in lines:
        requirement, _, hashes = line.partition("--hash=sha256:")
        assert hashes, f"no hash: {line}"
        parsed = Requirement(requirement.strip())
        (pin,) = parsed.specifier
        assert pin.operator == "==", line
        marker = str(parsed.marker) if parsed.marker else ""
        found.setdefault(canonicalize_name(parsed.name), []).append((pin.version, marker))
    return found


def here(name: str) -> list[str]:
    """Versions of a package that the lock gives this machine."""
    entries = lock().get(canonicalize_name(name), [])
    return [version for version, marker in entries if not marker or Marker(marker).evaluate()]


# --- make and the command line ---


def test_every_target_of_make_is_explained_in_the_readme() -> None:
    readme = text_of("README.md")
    assert [t for t in make_targets() if f"`make {t}`" not in readme] == []


def test_every_make_command_that_documents_name_exists() -> None:
    code = re.compile(r"(?:^ {4}|`)make ([a-z][a-z-]*)", re.MULTILINE)
    for name, text in documents().items():
        assert set(code.findall(text)) <= set(make_targets()), name
    assert set(re.findall(r"^make ([a-z-]+)", text_of(".ci/run"), re.MULTILINE)) <= set(
        make_targets()
    )


def test_ci_calls_what_the_readme_tells_people_to_call() -> None:
    calls = re.findall(r"^make [a-z-]+$", text_of(".ci/run"), re.MULTILINE)
    assert calls == ["make check", "make test"]


def test_every_command_is_in_the_readme_and_no_other() -> None:
    group = typer.main.get_command(app)
    assert isinstance(group, typer.core.TyperGroup)
    commands = set()
    for name, command in group.commands.items():
        inner = getattr(command, "commands", None)
        commands |= {f"{name} {sub}" for sub in inner} if inner else {name}
    table = set(
        re.findall(
            r"^\| `gouji ([a-z]+(?: (?:read|fetch|list|add|close|verify|agreement))?)",
            text_of("README.md"),
            re.MULTILINE,
        )
    )
    assert table == commands


def test_scripts_can_be_run_and_are_well_formed() -> None:
    for name in (".ci/run", "scripts/setup", "scripts/python", "scripts/system-packages"):
        assert os.access(ROOT / name, os.X_OK), name
        assert "set -euo pipefail" in text_of(name), name
        subprocess.run(["bash", "-n", str(ROOT / name)], check=True)


def python_for_setup(wanted: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHON": wanted}
    command = [str(ROOT / "scripts/python")]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def test_setup_takes_the_python_it_is_given() -> None:
    done = python_for_setup(sys.executable)
    assert done.stdout.strip() == sys.executable


def test_setup_refuses_an_old_python_in_one_line(tmp_path: Path) -> None:
    old = tmp_path / "python3.8"
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o755)
    done = python_for_setup(str(old))
    assert done.returncode == 3
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1
    assert "3.11" in done.stderr


def test_setup_knows_the_fonts_of_the_generator() -> None:
    script = text_of("scripts/system-packages")
    for font in FONTS.values():
        if font.package in script:
            continue
        assert not font.path.startswith("/usr/share/fonts/"), f"{font.package} is not installed"


# --- the lock ---


def test_exactly_one_opencv_is_installed() -> None:
    everywhere = {
        name: [marker for _, marker in entries if "never" not in marker]
        for name, entries in lock().items()
        if name.startswith("opencv")
    }
    assert [name for name, markers in everywhere.items() if markers] == ["opencv-contrib-python"]
    assert not owners_of_cv2(metadata.packages_distributions().get("cv2", ())).state.bad


def test_no_paddlepaddle() -> None:
    assert not [name for name in lock() if name.startswith("paddlepaddle")]


def test_prefect_has_the_fastapi_it_can_live_with() -> None:
    assert here("prefect") == ["3.9.1"]
    (fastapi,) = here("fastapi")
    assert tuple(map(int, fastapi.split(".")[:2])) < (0, 151)


def requirements() -> list[Requirement]:
    """What pyproject.toml asks for, extras and the tools for developers included."""
    table = project()["project"]
    assert isinstance(table, dict)
    groups = project()["dependency-groups"]
    assert isinstance(groups, dict)
    lines = [
        *table["dependencies"],
        *(line for extra in table["optional-dependencies"].values() for line in extra),
        *groups["dev"],
    ]
    return [Requirement(line) for line in lines]


def test_the_lock_meets_what_the_project_asks_for() -> None:
    for requirement in requirements():
        versions = here(requirement.name)
        assert len(versions) == 1, requirement
        assert requirement.specifier.contains(versions[0], prereleases=True), requirement


def test_the_environment_is_the_locked_one() -> None:
    for name in lock():
        for version in here(name):
            assert metadata.version(name) == version, name


def test_doctor_explains_every_extra() -> None:
    table = project()["project"]
    assert isinstance(table, dict)
    assert set(table["optional-dependencies"]) == set(EXTRAS)


def test_every_producer_damage_and_committed_sample_is_in_their_readme() -> None:
    readme = text_of("samples/README.md")
    names = [*PRODUCERS, *UNPAGED, *DAMAGES, *(s.name for s in committed_samples())]
    assert [name for name in names if not re.search(rf"\b{name}\b", readme)] == []
    for sample in committed_documents():
        (suffix,) = (
            path.suffix
            for path in DOCUMENTS_FOLDER.glob(f"{sample.name}.*")
            if not path.name.endswith(".truth.json")
        )
        assert f"| {sample.name}{suffix} | {sample.producer} |" in readme


# --- files ---


def test_no_machine_and_no_registry_is_named() -> None:
    searched = [s.encode() for s in (*MACHINE_PATHS, *REGISTRIES)]
    found = [
        f"{path.relative_to(ROOT)}: {word.decode()}"
        for path in tracked()
        for word in searched
        if word in path.read_bytes()
    ]
    assert found == []


def test_no_file_is_longer_than_a_person_reads() -> None:
    folders = [ROOT / name for name in (*PACKAGES, "samples/generator", "bench", "scripts")]
    long = [
        str(path.relative_to(ROOT))
        for folder in folders
        for path in folder.rglob("*.py")
        if len(path.read_text(encoding="utf-8").splitlines()) > LONGEST_FILE
    ]
    assert long == []


def test_the_licence_is_there() -> None:
    assert "Apache License" in text_of("LICENSE")
    assert "END OF TERMS AND CONDITIONS" in text_of("LICENSE")
    table = project()["project"]
    assert isinstance(table, dict)
    assert table["license"] == "Apache-2.0"


def test_pictures_are_small() -> None:
    pictures = list((ROOT / "docs/pictures").glob("*.png"))
    assert pictures
    assert [p.name for p in pictures if p.stat().st_size > LARGEST_PICTURE] == []


def test_the_floors_hold() -> None:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


# --- documents ---


def test_every_link_between_documents_leads_somewhere() -> None:
    link = re.compile(r"\]\(([^)#\s]+)[^)]*\)")
    for name, text in documents().items():
        for target in link.findall(text):
            if "://" not in target:
                assert (ROOT / name).parent.joinpath(target).exists(), f"{name}: {target}"


def test_every_document_that_code_names_exists() -> None:
    named = re.compile(r"docs/(?:decisions/\d{4}|[a-z-]+\.md)")
    for path in tracked():
        if path.suffix == ".py" and path.parts[len(ROOT.parts)] in PACKAGES:
            for name in named.findall(path.read_text(encoding="utf-8")):
                assert list(ROOT.glob(f"{name}*")), f"{path.relative_to(ROOT)}: {name}"


def test_every_test_that_is_named_exists() -> None:
    named = re.compile(r"tests/[a-z_/]+\.py")
    for path in tracked():
        if path.suffix in (".py", ".md"):
            for name in named.findall(path.read_text(encoding="utf-8")):
                assert (ROOT / name).is_file(), f"{path.relative_to(ROOT)}: {name}"


def test_every_setting_that_documents_name_exists() -> None:
    settings = {f"GOUJI_{name.upper()}" for name in Settings.model_fields}
    for name, text in documents().items():
        assert set(re.findall(r"GOUJI_[A-Z_]*[A-Z]", text)) <= settings, name


def test_every_code_of_the_forms_is_documented() -> None:
    words = set(re.findall(r"`([a-z0-9_.]+)`", text_of("docs/forms.md")))
    for template, form in FORMS.items():
        assert [row.code for row in form.rows if row.code not in words] == [], template
        columns = {key.split("/")[2] for key in value_keys(template)}
        assert columns <= words, template
    assert {*REVIEW_BLOCKS, *REVIEW_RESULTS} <= words


def test_the_forms_have_as_many_cells_as_their_document_says() -> None:
    said = re.search(r"\*\*(\d+)\*\* \| \*\*(\d+)\*\*", text_of("docs/forms.md"))
    assert said
    assert [len(value_keys(t)) for t in ("T19", "T21")] == [int(n) for n in said.groups()]
    indicators = re.search(r"## T14: the table of (\d+) indicators", text_of("docs/forms.md"))
    assert indicators
    assert len(value_keys("T14")) == int(indicators.group(1))


def test_every_column_of_the_older_tables_is_documented() -> None:
    words = set(re.findall(r"`([a-z0-9_]+)`", text_of("docs/forms.md")))
    assert {code for _, code, _ in VALUE_HEADS} <= words


def examples() -> list[tuple[str, bool, str]]:
    """What a cell says, from the table of docs/forms.md: text, whether signed, kind."""
    table = text_of("docs/forms.md").split("## What a cell says")[1].split("##")[0]
    found = []
    for line in table.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split(" | ")]
        if len(cells) == 3 and cells[2].startswith("`"):
            printed = [e for e in re.findall(r"`([^`]+)`", cells[0]) if e != r"\n"]
            signed = "本年增/减" in cells[0]
            found += [(e.replace(r"\n", "\n"), signed, cells[2].strip("`| ")) for e in printed]
    return found


@pytest.mark.parametrize(("text", "signed", "kind"), examples())
def test_a_cell_says_what_the_document_says_it_does(text: str, signed: bool, kind: str) -> None:
    assert parse_amount(text, signed=signed).kind == Kind(kind)


def test_every_relation_is_documented() -> None:
    text, nothing = text_of("docs/forms.md"), Value(None, Kind.BLANK)
    for template in FORMS:
        form = FORMS[template]
        keys = value_keys(template) or [f"indicators/{r.code}/value" for r in form.indicators]
        for relation in check_relations(template, dict.fromkeys(keys, nothing), "town"):
            assert re.search(rf"^\| {relation.id} \| {relation.level} ", text, re.MULTILINE)


def test_every_word_of_the_output_is_documented() -> None:
    text = text_of("docs/contract.md")
    for word in (*Kind, *CellState, *Agreement, *FailureKind):
        assert f"`{word}`" in text, word


def test_every_field_of_the_output_is_documented() -> None:
    tree = ast.parse(text_of("gouji/model/contract.py"))
    fields = {
        key.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Dict)
        for key in node.keys
        if isinstance(key, ast.Constant) and isinstance(key.value, str)
    }
    text = text_of("docs/contract.md")
    assert len(fields) > 40
    assert [f for f in sorted(fields) if f"`{f}`" not in text and f'"{f}"' not in text] == []


def test_every_flag_is_documented() -> None:
    texts = "".join(text_of(f"docs/{name}.md") for name in ("forms", "metadata", "contract"))
    setting = re.compile(r"flags(?:\.append\(|\.extend\(| = |\s*=\s*\[)[\s(\[]*f?\"([a-z_]+)")
    flags = {
        flag
        for folder in ("gouji/reports", "extractors")
        for path in (ROOT / folder).glob("*.py")
        for flag in setting.findall(path.read_text(encoding="utf-8"))
    }
    assert len(flags) > 10
    assert [flag for flag in sorted(flags) if f"`{flag}" not in texts] == []
