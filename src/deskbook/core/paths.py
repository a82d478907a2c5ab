"""Where the book, the settings and the program's own notes live on each system.

DESKBOOK_HOME in the environment puts all of it under one folder: for tests, scripts and a desk on a stick.
"""
from __future__ import annotations

import os
from pathlib import Path

HOME = "DESKBOOK_HOME"


def made(folder: Path) -> Path:
    """The folder, made with its parents if it was not there, readable by its owner only. OSError where that cannot be."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def _folder(kind: str) -> Path:
    if home := os.environ.get(HOME):
        return Path(home).expanduser() / kind
    import platformdirs

    dirs = platformdirs.PlatformDirs("deskbook", appauthor=False)
    return {"data": dirs.user_data_path, "settings": dirs.user_config_path, "state": dirs.user_state_path}[kind]


def data_folder() -> Path:
    """Where the book is kept when no other file is named."""
    return _folder("data")


def settings_folder() -> Path:
    """Where the user's preferences are kept."""
    return _folder("settings")


def state_folder() -> Path:
    """Where the program keeps its own notes: half-typed forms, logs."""
    return _folder("state")


def book_path() -> Path:
    """The book that opens when no other is named."""
    return data_folder() / "book.db"


def settings_path() -> Path:
    """The file of the user's preferences."""
    return settings_folder() / "settings.toml"


def parked_folder() -> Path:
    """Where half-typed forms wait."""
    return state_folder() / "parked"


def parked_path(book: Path) -> Path:
    """The file of the half-typed forms of one book: two books of the same name in different folders have one each."""
    from hashlib import sha256

    where = str(book.resolve())
    return parked_folder() / f"{book.stem}-{sha256(where.encode('utf-8', 'surrogateescape')).hexdigest()[:12]}.json"


def exports_folder() -> Path:
    """Where what is exported from a screen goes."""
    if os.environ.get(HOME):
        return _folder("exports")
    import platformdirs

    return platformdirs.user_documents_path() / "deskbook"


def log_folder() -> Path:
    """Where a crash is written down."""
    return state_folder() / "log"
