"""The night: from one moment of the book all exports, a verified backup and a manifest; then everything is read back and proved."""

from __future__ import annotations

import csv
import json
import os
import shlex
import shutil
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from deskbook import __version__
from deskbook.core import backup, days, night, words
from deskbook.core.files import atomic, in_words, remove_stale, sha256_of, sync_directory
from deskbook.core.listing import Show
from deskbook.core.refusal import Refusal, Trouble
from deskbook.core.words import N_, _, listed, plural
from deskbook.exchange import beside, export
from deskbook.exchange.moment import Moment, moment
from deskbook.exchange.proof import check_all


class NightFailed(Refusal):
    """Something of the night does not agree; its files are kept, marked as failed. Exit code 4."""

    exit_code = 4


def nightly(book: Path, folder: Path, *, form: str = "csv", language: str = "en", told: Callable[[str], None] = lambda words: None) -> Path:
    """Run the night into a new folder FOLDER/2026-11-23T0200; returns it. Its result is kept for the first line of Today, also when it fails.

    told: is given a sentence at each stage (progress on a terminal).
    """
    from filelock import FileLock, Timeout

    from deskbook.core.store import Store

    started = days.now()
    words.use(language)
    if form not in export.FORMATS:
        raise Refusal("format", N_("There is no format “{form}”; there are: {names}."), form=form, names=listed(export.FORMATS))
    Store.open(book, read_only=True).close()  # a book that is none is told of by its own name, before anything is made
    with in_words(folder):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    lock = FileLock(folder / ".nightly.lock", timeout=0, mode=0o600)
    try:
        lock.acquire()
    except Timeout:
        raise Refusal("folder", N_("Another nightly run is writing into {folder}."), folder=str(folder)) from None
    except OSError:
        with in_words(folder):
            raise
    try:
        remove_stale(folder)
        made, step, digest = _run(book, folder, form, language, told, started)
    except Refusal as refusal:
        night.tell(book, ok=False, at=started, words=str(refusal))
        raise
    finally:
        lock.release()
    night.tell(book, ok=True, at=started, step=step, digest=digest, folder=str(made))
    return made


def _run(book: Path, folder: Path, form: str, language: str, told: Callable[[str], None], started: datetime) -> tuple[Path, int, str]:
    name = started.astimezone().strftime("%Y-%m-%dT%H%M")
    target, count = folder / name, 1
    while target.exists() or target.with_name(target.name + "-failed").exists():
        count += 1
        target = folder / f"{name}-{count}"
    draft = folder / f".{target.name}.part"
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(mode=0o700)
    try:
        with TemporaryDirectory(prefix="deskbook-") as private:
            copy = Path(private) / "moment.desk"
            told(_("Holding the book still"))
            backup.snapshot(book, copy)
            manifest = _write_all(copy, draft, form, language, told)
            told(_("Making the backup"))
            kept = backup.keep(copy, folder / "backups", stem=book.stem)
            manifest["backup"] = {"file": f"backups/{kept.name}", "sha256": sha256_of(kept)}
            manifest["beside"] = [
                {"kind": each.kind, "file": each.name, "kept": f"backups/{beside.FOLDER}/{each.sha256}"} for each in beside.keep(book, kept)[0]
            ]
            with atomic(draft / "manifest.json") as out:
                out.write(json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True).encode())
            told(_("Reading everything back"))
            faults = prove(draft, folder, book)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
    if faults:
        failed = target.with_name(target.name + "-failed")
        os.replace(draft, failed)
        raise NightFailed(
            "", N_("The nightly run does not agree with itself: {what} Its files are kept in {folder}."), what=faults[0], folder=str(failed)
        )
    os.replace(draft, target)
    sync_directory(folder)
    thin(folder, book.stem)
    return target, manifest["step"], manifest["digest"]


def _write_all(copy: Path, draft: Path, form: str, language: str, told: Callable[[str], None]) -> dict[str, Any]:
    with moment(copy) as held:
        files: dict[str, Any] = {}
        for what in export.WHAT:
            told(_("Exporting {what}", what=what))
            listing = export.listing_of(what)
            ask = export.asked(listing)
            path = draft / f"{what}.{form}"
            with atomic(path) as out:
                rows = export.write(held, listing, ask, out, form=form, language=language)
            counted, sums = export.totals(held.con, listing, ask)
            files[path.name] = {"what": what, "rows": rows, "counted": counted, "totals": sums, "sha256": sha256_of(path)}
        schema = held.con.execute("PRAGMA user_version").fetchone()[0]
        manifest = {
            "step": held.step,
            "digest": held.digest,
            "at": held.at,
            "made": days.moment(),
            "program": __version__,
            "tables": schema,
            "language": language,
            "files": files,
        }
    sheet = draft / "day-sheet.txt"
    export.export(copy, "day-sheet", sheet, language=language)
    files[sheet.name] = {"what": "day-sheet", "sha256": sha256_of(sheet)}
    return manifest


def prove(draft: Path, folder: Path, book: Path | None = None) -> list[str]:
    """What of a night's files does not agree: every file reopened, counted and added up, the backup restored and checked, and every file written
    a second time from the restored book, by the plain writers and not by those that made it. book: the one the backup was made of, with what lies
    beside it.
    """
    manifest = json.loads((draft / "manifest.json").read_bytes())
    faults: list[str] = []
    for name, facts in manifest["files"].items():
        path = draft / name
        if sha256_of(path) != facts["sha256"]:
            faults.append(_("{name} is not as it was written.", name=name))
        if "rows" not in facts:
            continue
        rows, sums = read_back(path, facts["what"])
        if not rows == facts["rows"] == facts["counted"]:
            words = plural(rows, N_("{name} has {rows} row, the book {counted}."), N_("{name} has {rows} rows, the book {counted}."))
            faults.append(_(words, name=name, rows=rows, counted=facts["counted"]))
        faults += [
            _("{column} of {name} adds up to {file}, in the book to {book}.", column=column, name=name, file=sums[column], book=total)
            for column, total in facts["totals"].items()
            if sums[column] != total
        ]
    kept = folder / manifest["backup"]["file"]
    if sha256_of(kept) != manifest["backup"]["sha256"]:
        faults.append(_("{name} is not as it was written.", name=kept.name))
    for each in manifest["beside"]:
        if sha256_of(folder / each["kept"]) != Path(each["kept"]).name:
            faults.append(_("{name} is not as it was written.", name=each["kept"]))
    with TemporaryDirectory(prefix="deskbook-") as private:
        try:
            restored = Path(private) / "restored.desk"
            if backup.restore(kept, restored) != (manifest["step"], manifest["digest"]):
                faults.append(_("The backup stands at another step than the exports."))
            with moment(restored) as held:
                from deskbook.core.store import Look

                faults += [f"{finding.rule}: {finding.faults[0]}" for finding in check_all(Look(held.con, home=book)) if finding.faults]
                for name, facts in manifest["files"].items():
                    if "rows" in facts and not agrees(held, draft / name, facts["what"], manifest["language"]):
                        faults.append(_("{name} does not say what the restored backup says.", name=name))
        except Trouble as trouble:
            faults.append(str(trouble))
    return faults


def agrees(held: Moment, path: Path, what: str, language: str) -> bool:
    """Whether an exported file says, cell by cell, what a book says."""
    from deskbook.core.window import select
    from deskbook.exchange import write_table, write_workbook

    listing = export.listing_of(what)
    sql, params = select(listing, export.asked(listing))
    again = path.with_name(f".again-{path.name}")
    try:
        with again.open("wb") as out:
            rows = write_table.rows_of(held.con, sql, params, listing.columns)
            if path.suffix == ".csv":
                write_table.write_csv(out, listing.columns, rows, language=language)
            elif path.suffix == ".jsonl":
                write_table.write_jsonl(out, listing.columns, rows)
            else:
                write_workbook.write_xlsx(out, listing.columns, rows, language=language)
        if path.suffix != ".xlsx":
            return sha256_of(again) == sha256_of(path)
        return list(_rows(again, [])) == list(_rows(path, []))  # a workbook holds the moment it was written
    finally:
        again.unlink(missing_ok=True)


def read_back(path: Path, what: str) -> tuple[int, dict[str, int]]:
    """Rows and totals of an exported file, read from the file alone: sums of money and quantity columns as stored integers."""
    columns = export.listing_of(what).columns
    scale = {Show.MONEY: 100, Show.QUANTITY: 1000}
    summed = [(at, c.name, scale[c.show]) for at, c in enumerate(columns) if c.show in scale]
    sums = {name: Decimal(0) for _at, name, _scale in summed}
    count = 0
    for row in _rows(path, [c.name for c in columns]):
        count += 1
        for at, name, _scale in summed:
            if row[at] not in ("", None):
                sums[name] += Decimal(str(row[at]))
    return count, {name: int(sums[name] * factor) for _at, name, factor in summed}


def _rows(path: Path, names: list[str]) -> Any:
    if path.suffix == ".csv":
        with path.open(encoding="utf-8-sig", newline="") as source:
            csv.field_size_limit(2**24)
            reader = csv.reader(source)
            next(reader, None)
            yield from reader
    elif path.suffix == ".jsonl":
        with path.open(encoding="utf-8") as source:
            for line in source:
                record = json.loads(line, parse_float=Decimal)
                yield [record.get(name) for name in names]
    else:
        from deskbook.exchange.read_table import read_table

        yield from read_table(path).rows


def thin(folder: Path, stem: str) -> None:
    """Keep 7 daily, 5 weekly and 24 monthly nights and backups; failed nights stay until somebody looked."""
    backup.thin(folder / "backups", stem)
    nights = []
    for path in folder.iterdir():
        try:
            again = int(path.name[16:].removesuffix("-failed") or 1)  # the second of one minute is the newer one
            nights.append((path, datetime.strptime(path.name[:15], "%Y-%m-%dT%H%M").replace(tzinfo=UTC, microsecond=again)))
        except ValueError:
            continue
    for path in backup.to_drop([(path, at) for path, at in nights if path.is_dir() and not path.name.endswith("-failed")]):
        shutil.rmtree(path, ignore_errors=True)


def schedule(kind: str, book: Path, folder: Path) -> str:
    """The ready entry that runs the night at 02:00, for cron, systemd or windows. Refusal for another kind."""
    command = [sys.executable, "-m", "deskbook", "--desk", str(book.absolute()), "nightly", str(folder.absolute())]
    line = shlex.join(command)
    if kind == "cron":
        return f"0 2 * * *  {line.replace('%', chr(92) + '%')}\n"
    if kind == "systemd":
        return (
            "# ~/.config/systemd/user/deskbook-nightly.service\n[Unit]\nDescription=deskbook nightly exports and backup\n\n"
            f"[Service]\nType=oneshot\nExecStart={line.replace('%', '%%')}\n\n"
            "# ~/.config/systemd/user/deskbook-nightly.timer  (then: systemctl --user enable --now deskbook-nightly.timer)\n"
            "[Unit]\nDescription=deskbook, every night\n\n[Timer]\nOnCalendar=*-*-* 02:00\nPersistent=true\n\n[Install]\nWantedBy=timers.target\n"
        )
    if kind == "windows":
        quoted = " ".join(f'\\"{part}\\"' if " " in part else part for part in command)
        return f'schtasks /Create /SC DAILY /ST 02:00 /TN "deskbook nightly" /TR "{quoted}"\n'
    raise Refusal("schedule", N_("There is no schedule for “{kind}”; there are: cron, systemd, windows."), kind=kind)
