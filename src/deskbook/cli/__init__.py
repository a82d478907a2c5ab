"""The command line: no argument opens the desk; the rest runs by hand or by night, without a screen.

Exit codes: 0 done, 1 refused (a sentence says what must change), 2 wrong usage, 3 the book or the disk failed, 4 a check found a difference.
Everything heavy is imported inside the command that needs it: an export of one row must start fast.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Any, NoReturn

import typer

from deskbook.cli import coming_in, going_out, keeping, starting
from deskbook.cli.call import say
from deskbook.core import words
from deskbook.core.refusal import Refusal
from deskbook.core.words import _

EXIT = "Exit codes: 0 done, 1 refused, 2 wrong usage, 3 the book or the disk failed, 4 a check found a difference."
COMMANDS: dict[str, Callable[..., None]] = {
    "new": starting.new,
    "demo": starting.demo,
    "export": going_out.export,
    "report": going_out.report,
    "print": going_out.print_,
    "nightly": going_out.nightly,
    "import": coming_in.import_,
    "backup": keeping.backup,
    "restore": keeping.restore,
    "check": keeping.check,
    "verify": keeping.verify,
    "where": keeping.where,
}
"""In the order of the help."""


def _with(names: Iterable[str]) -> typer.Typer:
    """The command line with some of its commands."""
    made = typer.Typer(
        name="deskbook",
        invoke_without_command=True,
        no_args_is_help=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
        context_settings={"help_option_names": ["-h", "--help"]},
        help="A small office's orders, goods and money in one file. Without a command, the desk opens.",
    )
    made.callback()(starting.options)
    for name in names:
        made.command(name, epilog=EXIT)(COMMANDS[name])
    return made


cli = _with(COMMANDS)


def called(arguments: Sequence[str]) -> list[str]:
    """The commands that a call can mean. Typer takes 1 ms to make each, so all are made only for a call that names none, and to complete it."""
    alone = [now for before, now in pairwise(["", *arguments]) if not now.startswith("-") and not before.startswith("-")]
    named = [name for name in COMMANDS if name in arguments]
    completing = any(name.endswith("_COMPLETE") for name in os.environ)
    return list(COMMANDS) if completing or (alone and not named) else named


def main() -> NoReturn:
    """Run the command line; every error leaves as one sentence on stderr and its exit code."""
    try:
        if {"-h", "--help"} & set(sys.argv):
            _translated_help()()
        _with(called(sys.argv[1:]))()
    except Refusal as refusal:
        say(str(refusal))
        sys.exit(refusal.exit_code)
    except KeyboardInterrupt:
        sys.exit(130)
    except Exception as error:
        sys.exit(crashed(error))
    sys.exit(0)


def _translated_help() -> Any:
    """The command line with its help in the language of the call; only asked for when help is."""
    from deskbook.core.settings import Settings

    said = next((after for before, after in zip(sys.argv, [*sys.argv[1:], ""], strict=True) if before == "--lang"), "")
    words.use(said or Settings.load().language)
    command = typer.main.get_command(cli)
    for part in helped(command):
        part.help = _(part.help)
        if "{exports}" in part.help:
            from deskbook.exchange.export import WHAT

            part.help = part.help.replace("{exports}", ", ".join([*WHAT, "day-sheet"]))
        if getattr(part, "epilog", None):
            part.epilog = _(part.epilog)
    return command


def helped(command: Any) -> Iterator[Any]:
    """A command, its options and arguments, and all commands under it: what has a help text."""
    found = [command, *command.params, *(part for each in getattr(command, "commands", {}).values() for part in helped(each))]
    yield from (part for part in found if getattr(part, "help", None))


def crashed(error: Exception) -> int:
    """Write what happened into a log only its owner reads, and say where; returns the exit code."""
    import traceback

    from deskbook.core import days, paths

    try:
        folder = paths.made(paths.log_folder())
        path = folder / f"crash-{days.now().strftime('%Y%m%dT%H%M%S')}.log"
        with open(os.open(path, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w", encoding="utf-8") as log:
            traceback.print_exception(error, file=log)
        say(_("Something went wrong that should not; what was saved is safe. The details are in {path}.", path=str(path)))
    except OSError:
        say(_("Something went wrong that should not; what was saved is safe."))
    return 3
