"""The two commands of the README: everything in a virtual environment of its own, made when it is missing.

    python3 dev.py demo [--lang zh|en|es|sw]   install, and open the desk on the sample company
    python3 dev.py test                        install, and run every check and test
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import venv
from pathlib import Path

HOME = Path(__file__).resolve().parent
ENVIRONMENT = HOME / ".venv"
BIN = ENVIRONMENT / ("Scripts" if sys.platform == "win32" else "bin")
CHECKS = (
    ("ruff", "check", "."),
    ("mypy",),
    ("lint-imports",),
    ("pytest", "-n", "auto", "--dist", "loadgroup"),
)


def install(extras: str = "") -> None:
    """Make the environment and put deskbook with its packages into it; quick when nothing changed."""
    if not (ENVIRONMENT / "pyvenv.cfg").exists():
        try:
            venv.create(ENVIRONMENT, with_pip=True)
        except subprocess.CalledProcessError:
            shutil.rmtree(ENVIRONMENT)
            sys.exit("This Python cannot make an environment with pip in it; on Debian, `apt install python3-venv` mends that.")
    stamp = ENVIRONMENT / f".installed{extras}"
    project = HOME / "pyproject.toml"
    if stamp.exists() and stamp.stat().st_mtime >= project.stat().st_mtime:
        return
    subprocess.run([BIN / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--editable", f"{HOME}{extras}"], check=True)
    stamp.touch()


def main() -> int:
    """Do what the arguments say; the exit code of the first check that fails."""
    what, rest = (sys.argv[1], sys.argv[2:]) if len(sys.argv) > 1 else ("", [])
    if what == "demo":
        install()
        return subprocess.run([BIN / "deskbook", "demo", *rest], check=False).returncode
    if what == "test":
        install("[dev]")
        for command, *arguments in CHECKS:
            print(f"--- {command}", flush=True)
            if code := subprocess.run([BIN / command, *arguments], cwd=HOME, check=False).returncode:
                return code
        return 0
    print(__doc__)
    return 2


if __name__ == "__main__":
    sys.exit(main())
