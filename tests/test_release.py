"""What a release is made of agrees with the code: versions of Python, targets, dependencies."""

from __future__ import annotations

import re
import shutil
import subprocess
import tomllib
from fnmatch import fnmatch
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
PROJECT = PYPROJECT["project"]
if not (ROOT / ".github").exists():
    pytest.skip("an sdist has no workflows and no conda recipe", allow_module_level=True)
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))


def load(path: Path):
    """Return the content of a YAML file."""
    return pytest.importorskip("yaml").safe_load(path.read_text("utf-8"))


def supported_versions() -> list[str]:
    """Return the versions of Python that the metadata name, such as 3.12."""
    found = re.findall(r"Python :: (3\.\d+)", "\n".join(PROJECT["classifiers"]))
    assert found
    return found


def test_the_oldest_version_of_python_is_the_required_one():
    """The classifiers begin where requires-python does, and the module has that version's ABI."""
    assert PROJECT["requires-python"] == f">={supported_versions()[0]}"


def test_each_version_of_python_has_a_wheel():
    """A version has a wheel of its own or that of the stable ABI; so has a free-threaded one."""
    selected = PYPROJECT["tool"]["cibuildwheel"]["build"]
    stable = PYPROJECT["tool"]["scikit-build"]["wheel"]["py-api"]
    for version in supported_versions():
        tag = f"cp{version.replace('.', '')}"
        found = stable if int(tag[2:]) >= int(stable[2:]) else tag

        assert any(fnmatch(f"{found}-manylinux_x86_64", pattern) for pattern in selected), version
    free_threaded = [pattern for pattern in selected if re.match(r"cp\d+t-", pattern)]
    assert free_threaded == [f"cp{supported_versions()[-1].replace('.', '')}t-*"]


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_workflows_run_targets_that_exist(path):
    """Each `make` target and each script that a workflow runs exists."""
    jobs = load(path)["jobs"].values()
    commands = [step["run"] for job in jobs for step in job["steps"] if "run" in step]
    targets = re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    for command in commands:
        made = re.match(r"make ([\w-]+)", command)
        script = re.search(r"(\.ci/\w+)", command)

        assert made or script, command
        assert not made or made[1] in targets, command
        assert not script or (ROOT / script[1]).exists(), command


def test_versions_of_python_are_tested():
    """The workflow of the tests runs each version of Python that the metadata name."""
    text = (ROOT / ".github" / "workflows" / "tests.yml").read_text("utf-8")

    assert set(re.findall(r"\"(3\.\d+)\"", text)) == set(supported_versions())


def test_publishing_waits_for_all_builds():
    """Nothing is published before all wheels and the sdist are built and tested."""
    jobs = load(ROOT / ".github" / "workflows" / "wheels.yml")["jobs"]

    assert set(jobs["publish"]["needs"]) == set(jobs) - {"publish"}
    assert jobs["publish"]["permissions"] == {"id-token": "write"}


def test_the_conda_recipe_has_the_same_requirements():
    """The conda recipe needs what the metadata of the package need, and declares its commands."""
    recipe = load(ROOT / "conda" / "recipe.yaml")
    run, host = ({re.sub(" ", "", need) for need in recipe["requirements"][part]}
                 for part in ("run", "host"))  # fmt: skip

    assert run - {"python"} == set(PROJECT["dependencies"])
    assert host - {"python", "pip"} == set(PYPROJECT["build-system"]["requires"])
    scripts = [f"{name} = {function}" for name, function in PROJECT["scripts"].items()]
    assert recipe["build"]["python"]["entry_points"] == scripts


def test_the_citation_is_complete():
    """The citation has the fields that GitHub and Zenodo require."""
    citation = load(ROOT / "CITATION.cff")

    assert {"cff-version", "message", "title", "authors"} <= set(citation)
    assert citation["license"] == PROJECT["license"]


@pytest.mark.parametrize("tag", [None, "v7.8.9"])
def test_the_version_is_that_of_the_git_tag(tag, tmp_path):
    """A tagged commit has the version of its tag; a clone without tags has one, too."""
    scm = pytest.importorskip("setuptools_scm")
    (tmp_path / "pyproject.toml").write_bytes((ROOT / "pyproject.toml").read_bytes())
    identity = ("-c", "user.name=a", "-c", "user.email=a@b.c", "-c", "tag.gpgSign=false")

    def git(*arguments: str) -> None:
        subprocess.run(
            [shutil.which("git"), *identity, *arguments],
            cwd=tmp_path,
            check=True,
            capture_output=True,
        )

    git("init", "--quiet")
    git("add", ".")
    git("-c", "commit.gpgSign=false", "commit", "--quiet", "-m", "first")
    if tag:
        git("tag", tag)

    version = scm.get_version(str(tmp_path), **PYPROJECT["tool"]["setuptools_scm"])
    assert version == "7.8.9" if tag else version.startswith("0.1.")
