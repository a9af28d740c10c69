"""Tests of the wheel: its contents, its installation without a compiler, and build errors."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


def pip(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run pip with the interpreter of the tests."""
    return subprocess.run(
        [sys.executable, "-m", "pip", *arguments],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel; with the objects that are compiled already, if the build tools are there."""
    folder = tmp_path_factory.mktemp("wheel")
    options = ["--no-build-isolation"] if find_spec("scikit_build_core") else []
    result = pip("wheel", "--no-deps", *options, "--wheel-dir", str(folder), str(ROOT))
    assert 0 == result.returncode, result.stderr
    return next(folder.glob("*.whl"))


def test_wheel_contains_all_files_that_are_needed(wheel):
    """The wheel contains the template, the types and one native module, but not its sources."""
    names = zipfile.ZipFile(wheel).namelist()

    assert "counterpoise/tutorial/page.html.j2" in names
    assert {"counterpoise/py.typed", "counterpoise/_native.pyi"} <= set(names)
    assert 1 == sum(
        name.startswith("counterpoise/_native.") and "pyi" not in name for name in names
    )
    assert not any(name.endswith((".cpp", ".hpp", "CMakeLists.txt")) for name in names)
    stable = sys.version_info >= (3, 12)
    assert stable == ("abi3" in wheel.name)


def test_wheel_installs_without_a_compiler(wheel, tmp_path):
    """The wheel installs and works in an environment without a compiler."""
    venv.create(tmp_path / "bare", symlinks=True)
    python = tmp_path / "bare" / "bin" / "python"
    bare = {
        "PATH": str(python.parent),
        "HOME": str(tmp_path),
        # Dependencies are those of the environment of the tests; the package is that of the wheel.
        "PYTHONPATH": sysconfig.get_path("purelib"),
    }

    install = ("install", "--no-index", "--no-deps", str(wheel))
    installed = pip("--python", str(python), *install, **bare)
    assert 0 == installed.returncode, installed.stderr
    result = subprocess.run(
        [str(python), str(ROOT / "tests" / "try_wheel.py")],
        env=bare,
        check=True,
        capture_output=True,
        text=True,
        cwd=tmp_path,
    )

    assert str(tmp_path) in result.stdout


def test_a_missing_compiler_is_reported_with_the_install_command(tmp_path):
    """Without a compiler, the build fails with a message that names the package to install."""
    result = pip(
        "wheel", "--no-deps", "--wheel-dir", str(tmp_path), "--config-settings",
        f"build-dir={tmp_path}", str(ROOT), CXX=str(tmp_path / "none"),
    )  # fmt: skip

    assert 0 != result.returncode
    assert "C++20 compiler" in result.stdout + result.stderr
    assert "apt-get install g++" in result.stdout + result.stderr
