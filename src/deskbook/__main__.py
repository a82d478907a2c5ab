"""The door: settles what must stand before anything else is imported, then hands over to the command line."""
from __future__ import annotations

import os
import sys

from deskbook import __version__


def main() -> None:
    """Run deskbook with the arguments of the process."""
    if sys.argv[1:] == ["--version"]:
        # Answered here, before anything heavy is imported; importlib.metadata alone would double the time.
        sys.stdout.write(f"deskbook {__version__}\n")
        return
    os.umask(0o077)  # the books and all that is written from them are the user's own
    if sys.platform != "win32":
        # Read once, when Textual is imported. With the kitty keyboard mode on, an input method's long commits arrive as garbage;
        # on Windows the driver asks for the mode regardless, and the parser must then understand it.
        os.environ.setdefault("TEXTUAL_DISABLE_KITTY_KEY", "1")
    from deskbook.cli import main as run

    run()


if __name__ == "__main__":
    main()
