"""`dailyten site check`: proof-read a site that lies ready, and say where it must be mended."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path

from dailyten.cli.saying import AsJson, plural, say
from dailyten.config import read_settings
from dailyten.render.proof.check import Proof, proof_read
from dailyten.render.proof.fault import Fault
from dailyten.wiring.site import site_files

MOST_TOLD = 3
"""Places named for one and the same fault: a template's fault is on every page."""


def check_(folder: Path | None = None, *, config: Path | None = None, as_json: AsJson = False) -> int:
    """Look for broken links, faults of markup, and what keeps people from reading; exit code 1 if there are any.

    Every link and fragment inside the site must lead somewhere; pages must be sound HTML that everybody can read,
    load nothing from other hosts and weigh little; feeds must be well-formed.

    Args:
        folder: The folder of a site; without it, the site of the settings.
        config: The settings file.
        as_json: Write one JSON document instead of lines.

    """
    if folder is None:
        settings = read_settings(config)
        folder = settings.place(settings.paths.site)
    paths, read = site_files(folder)
    with _progress(len(paths)) as read_one:
        proof = proof_read(paths, read, read_one)
    if as_json:
        say(json.dumps(_plain(folder, proof), ensure_ascii=False, indent=1))
    else:
        _say_proof(folder, proof)
    return 1 if proof.faults else 0


def _say_proof(folder: Path, proof: Proof) -> None:
    for told in _alike(proof.faults):
        say(f"{told[0].place}  {told[0].words}")
        for other in told[1:MOST_TOLD]:
            say(f"    also {other.place}")
        if len(told) > MOST_TOLD:
            say(f"    and {len(told) - MOST_TOLD:,} more places")
        say(f"    {told[0].mend}")
    measured = (
        f"{plural(proof.pages, 'page')}, {plural(proof.files, 'file')}, {plural(proof.links, 'link')} in {folder}."
    )
    say(f"{measured} The first page weighs {proof.first_page_bytes / 1000:.1f} kB with all it loads (compressed).")
    say(f"{plural(len(proof.faults), 'fault')}." if proof.faults else "No faults.")


def _alike(faults: tuple[Fault, ...]) -> list[list[Fault]]:
    """Put faults of the same words together, the most frequent last, so that a reader meets the rare ones first."""
    by_words = sorted(faults, key=lambda each: (each.rule, each.words, each.page, each.line))
    groups = [list(alike) for _, alike in groupby(by_words, key=lambda each: (each.rule, each.words))]
    return sorted(groups, key=len)


def _plain(folder: Path, proof: Proof) -> dict[str, object]:
    return {
        "folder": str(folder),
        "pages": proof.pages,
        "files": proof.files,
        "links": proof.links,
        "first_page_bytes": proof.first_page_bytes,
        "stylesheet_bytes": proof.style_bytes,
        "heaviest_page": {"page": proof.heaviest_page, "bytes": proof.heaviest_page_bytes},
        "faults": [
            {"page": each.page, "line": each.line, "rule": each.rule, "words": each.words, "mend": each.mend}
            for each in proof.faults
        ],
    }


@contextmanager
def _progress(count: int) -> Iterator[Callable[[str], None]]:
    """Show a bar if a person is looking."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (TextColumn("Reading the site"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("", total=count)
        yield lambda _: progress.advance(task)
