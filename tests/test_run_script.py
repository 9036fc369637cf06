"""``./run`` on systems that are not this one, played by commands that only write down how they were called."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def script(path: Path, body: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A clone whose Python packages stand already, on a machine without any of our system packages."""
    folder = tmp_path / "clone"
    folder.mkdir()
    (folder / "run").write_bytes((ROOT / "run").read_bytes())
    for name in ("requirements.lock", "pyproject.toml"):
        (folder / name).write_text("")
    stamp = (
        subprocess.run(["cksum"], input=b"", capture_output=True, check=True).stdout.decode().strip().replace(" ", "")
    )
    (folder / ".venv").mkdir()
    (folder / ".venv" / f"installed.{stamp}").write_text("")
    script(folder / ".venv" / "bin" / "python", 'echo "python $*"')
    script(folder / ".venv" / "bin" / "twin", 'echo "twin $*"')
    tools = tmp_path / "bin"
    script(tools / "dpkg-query", "exit 1")
    script(tools / "apt-get", f'echo "$*" >>{tmp_path}/apt.log')
    for name in ("sh", "dirname", "cat", "cksum", "tr", "sed", "grep", "id", "env"):
        found = next(Path(one) / name for one in ("/usr/bin", "/bin") if (Path(one) / name).exists())
        (tools / name).symlink_to(found)
    return folder


def run(checkout: Path, *arguments: str, system: str, user: int = 0) -> tuple[subprocess.CompletedProcess[str], str]:
    """The result, and what apt-get was told."""
    tools = checkout.parent / "bin"
    script_id = tools / "id"
    script_id.unlink()
    script(script_id, f"echo {user}")
    release = checkout.parent / "os-release"
    release.write_text(f"NAME=x\nID={system}\n")
    told = {"PATH": str(tools), "OS_RELEASE": str(release), "HOME": os.environ.get("HOME", "/")}
    done = subprocess.run(
        ["sh", "./run", *arguments], cwd=checkout, env=told, capture_output=True, text=True, check=False
    )
    log = checkout.parent / "apt.log"
    return done, log.read_text() if log.exists() else ""


def test_debian_gets_the_chromium_without_a_window(checkout: Path) -> None:
    script(checkout.parent / "bin" / "chromium", "")
    done, told = run(checkout, "test", system="debian")
    assert (done.returncode, done.stdout) == (0, "python -m tests.run\n")
    assert {"python3-venv", "nodejs", "fonts-noto-cjk", "chromium-headless-shell"} <= set(told.split())


def test_debian_without_rights_is_content_with_what_is_there(checkout: Path) -> None:
    script(checkout.parent / "bin" / "chromium", "")
    done, _ = run(checkout, "test", system="debian", user=1000)
    assert "chromium" not in done.stderr
    (checkout.parent / "bin" / "chromium").unlink()
    done, _ = run(checkout, "test", system="debian", user=1000)
    assert " chromium" in done.stderr


def test_ubuntu_is_not_asked_for_a_package_it_does_not_have(checkout: Path) -> None:
    done, told = run(checkout, "test", system="ubuntu")
    assert done.returncode == 0
    assert "chromium" not in told
    assert "No Chromium without snap here" in done.stderr
    script(checkout.parent / "bin" / "snap", "")
    assert "chromium-browser" in run(checkout, "test", system="ubuntu")[1].split()


def test_a_browser_that_is_there_is_enough(checkout: Path) -> None:
    script(checkout.parent / "bin" / "google-chrome", "")
    done, told = run(checkout, "test", system="ubuntu")
    assert "chromium" not in told
    assert "Chromium" not in done.stderr


def test_without_rights_it_names_the_one_command(checkout: Path) -> None:
    done, told = run(checkout, "demo", system="ubuntu", user=1000)
    assert (done.returncode, told) == (1, "")
    lines = [one for one in done.stderr.splitlines() if "sudo apt-get install" in one]
    assert len(lines) == 1
    assert "libegl1" in lines[0]
    assert "chromium" not in lines[0], "the demo needs no browser of ours"
