"""Files that are whole or not there: atomic writing, names made from data, and file errors in words."""
from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import re
import stat
import time
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from deskbook.core.refusal import Refusal
from deskbook.core.words import N_

PREFIX = ".deskbook-"
SUFFIX = ".part"
A_DAY = 24 * 60 * 60
"""Seconds after which a temporary file of ours has surely been left over."""

_WORDS = {
    errno.ENOSPC: N_("The disk is full: {path} was not written."),
    errno.EDQUOT: N_("The disk is full: {path} was not written."),
    errno.EROFS: N_("The folder of {path} can only be read, not written."),
    errno.ENOENT: N_("{path} is not there, or its folder is missing."),
    errno.ENOTDIR: N_("A part of {path} is a file, not a folder."),
    errno.EISDIR: N_("{path} is a folder, not a file."),
    errno.EACCES: N_("There is no permission for {path}."),
    errno.EPERM: N_("There is no permission for {path}."),
    errno.ENAMETOOLONG: N_("The name {path} is too long for this disk."),
    errno.EFBIG: N_("{path} would be larger than this disk allows."),
    errno.ELOOP: N_("{path} is a link that leads back to itself."),
}
_ANY = N_("{path} could not be used: {reason}.")


def refused(error: OSError, path: str | os.PathLike[str], field: str = "file") -> Refusal:
    """The sentence for what the system said about a file."""
    words = _WORDS.get(error.errno or 0)
    if words:
        return Refusal(field, words, path=os.fspath(path))
    return Refusal(field, _ANY, path=os.fspath(path), reason=error.strerror or type(error).__name__)


@contextlib.contextmanager
def in_words(path: str | os.PathLike[str], field: str = "file") -> Iterator[None]:
    """What the system refuses inside becomes a Refusal that names the path."""
    try:
        yield
    except OSError as error:
        raise refused(error, path, field) from error


@contextlib.contextmanager
def atomic(path: str | os.PathLike[str], *, mode: int = 0o600) -> Iterator[BinaryIO]:
    """A binary file that takes the place of `path` only when all of it is safely on the disk.

    On any error, also one raised by the caller, `path` is as it was and nothing is left over. A symbolic link at `path` is replaced, not followed.
    mode: the permissions of the new file (systems other than Windows). Refusal where the system refuses.
    """
    target = Path(path)
    part = target.with_name(f"{PREFIX}{os.urandom(8).hex()}{SUFFIX}")
    # O_BINARY is Windows only, O_NOFOLLOW is not on Windows.
    flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
    with in_words(target):
        if target.is_dir() and not target.is_symlink():
            raise IsADirectoryError(errno.EISDIR, "is a folder")
        descriptor = os.open(part, flags, mode)
        try:
            with os.fdopen(descriptor, "w+b", buffering=1 << 20) as out:
                if hasattr(os, "fchmod"):
                    os.fchmod(out.fileno(), mode)  # whatever the umask is
                yield out
                out.flush()
                os.fsync(out.fileno())
            os.replace(part, target)
        except BaseException:
            with contextlib.suppress(OSError):
                os.unlink(part)
            raise
        sync_directory(target.parent)


def refuse_open_folder(folder: Path, field: str = "file") -> None:
    """Refusal for a folder into which anybody at this machine may write and take away what others put there (systems other than Windows)."""
    with contextlib.suppress(OSError):
        mode = folder.stat().st_mode
        if os.name != "nt" and mode & stat.S_IWOTH and not mode & stat.S_ISVTX:
            raise Refusal(field, N_("Anybody at this machine can write into {path}; choose a folder of your own."), path=str(folder))


def sync_directory(directory: Path) -> None:
    """Make the names in a directory last through a power cut; does nothing on Windows, which offers no such call."""
    if os.name == "nt":
        return
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sha256_of(path: str | os.PathLike[str]) -> str:
    """The SHA-256 of a file's bytes, in hexadecimal.

    Never of a live book: opening and closing the file of a database that this process has open drops the database's locks.
    """
    with in_words(path), open(path, "rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()


_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\.|$)")  # names Windows keeps for devices


def safe_name(text: str, *, instead: str = "file") -> str:
    """A file name made from data: letters and digits of any script, space, dot, dash and underscore; never a path, hidden, or an option.

    At most 80 characters and 200 bytes. `instead` where nothing is left.
    """
    name = re.sub(r"[^\w .-]+|\.{2,}", "_", text)
    name = re.sub(r"[\s_]*_[\s_]*|\s+", lambda gap: "_" if "_" in gap[0] else " ", name).lstrip(" ._-")[:80]
    name = name.encode()[:200].decode("utf-8", "ignore").rstrip(" ._-")
    return f"_{name}" if _RESERVED.match(name) else name or instead


def remove_stale(directory: str | os.PathLike[str], *, older_than: float = A_DAY) -> int:
    """Remove temporary files of ours that a crash left in a directory, when older than so many seconds. How many went."""
    count = 0
    before = time.time() - older_than
    with contextlib.suppress(OSError), os.scandir(directory) as entries:
        for entry in entries:
            if entry.name.startswith(PREFIX) and entry.name.endswith(SUFFIX):
                with contextlib.suppress(OSError):
                    if entry.is_file(follow_symlinks=False) and entry.stat(follow_symlinks=False).st_mtime < before:
                        os.unlink(entry.path)
                        count += 1
    return count
