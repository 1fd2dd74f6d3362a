"""Lint real clients, and show what ``ocs-fix`` would change in it.

    python docs/demo.py           # two clients of the OCS REST API from PyPI
    python docs/demo.py FOLDER    # your own code

The clients are downloaded into a temporary folder and unpacked there. They are read, never installed, imported or run.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import sysconfig
import tempfile
import zipfile
from pathlib import Path

CLIENTS = ("ocs-academic-hub==1.0.1", "ocs-sample-library-hub==0.1.20")
SCRIPTS = Path(sysconfig.get_path("scripts"))


def download(target: Path) -> None:
    """Unpack the clients' wheels into ``target``; raises CalledProcessError when pip cannot get one."""
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"]
    with tempfile.TemporaryDirectory() as wheels:
        subprocess.run([*pip, "--no-deps", "--only-binary=:all:", "--dest", wheels, *CLIENTS], check=True)
        for wheel in sorted(Path(wheels).glob("*.whl")):
            zipfile.ZipFile(wheel).extractall(target)


def run(title: str, folder: Path, command: list[str]) -> int:
    """Show a command and what it prints; its exit code."""
    print(f"\n$ {title}", flush=True)
    return subprocess.run(command, cwd=folder, check=False).returncode


def show(folder: Path) -> int:
    """Lint ``folder`` and show the fixes as a diff; 0 when both commands did their work, whatever they found."""
    flake8 = ["--isolated", "--select=OCS", "--statistics", "."]
    linted = run(f"flake8 {' '.join(flake8)}", folder, [sys.executable, "-m", "flake8", *flake8])
    fixed = run("ocs-fix --diff .", folder, [str(SCRIPTS / "ocs-fix"), "--diff", "."])
    return int(linted > 1 or fixed > 1)


def main() -> int:
    """Download, unless a folder is given, and show."""
    names = " and ".join(CLIENTS)
    parser = argparse.ArgumentParser(description="Lint clients of OCS and show what ocs-fix would change.")
    parser.add_argument("folder", nargs="?", type=Path, help=f"your own code (Default: {names} from PyPI)")
    folder: Path | None = parser.parse_args().folder
    if folder is not None:
        if not folder.is_dir():
            parser.error(f"{folder} is no folder")
        return show(folder)
    with tempfile.TemporaryDirectory() as temporary:
        print(f"Downloading {names} (source only, nothing is installed)", flush=True)
        try:
            download(Path(temporary))
        except subprocess.CalledProcessError as error:
            print(f"{names} cannot be downloaded: pip ended with {error.returncode}", file=sys.stderr)
            return 1
        return show(Path(temporary))


if __name__ == "__main__":
    sys.exit(main())
