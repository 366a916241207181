"""What a reading process does: read bodies, one after the other, until nobody asks any more.

It loads only what reading needs, and never what the program has loaded beside.
"""

import gc
import os
import resource
import signal
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from dailyten.model.entry import Document
from dailyten.model.introducing import introduce
from dailyten.parse import language
from dailyten.parse.document import Parsed, parse
from dailyten.parse.heap import keep_freed_memory
from dailyten.parse.parcels import Inbox, answer, question_of, ready


def main(line: int, max_bytes: int, languages: int) -> None:
    """Serve at a stream until it ends; `languages` is an open file for the language model, or negative for none.

    The address space may grow to `max_bytes`, without a limit if that is 0.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the program, which ends us
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # else numpy reserves memory for every core, past the limit
    keep_freed_memory()
    if languages >= 0:
        language.share(languages)
    if max_bytes:
        resource.setrlimit(resource.RLIMIT_AS, (max_bytes, max_bytes))
    gc.freeze()
    _serve(line)


def _serve(line: int) -> None:
    inbox = Inbox()
    _write(line, ready())
    while True:
        try:
            questions = inbox.receive(lambda room: os.readv(line, [room]))
        except (EOFError, OSError):
            return
        for parcel in questions:
            _write(line, answer(_read(*question_of(parcel))))


def _read(body: bytes, headers: Mapping[str, str], address: str, now: datetime, feed_id: str) -> Parsed:
    parsed = parse(body, headers=headers, address=address, now=now)
    if not feed_id or not isinstance(parsed, Document):
        return parsed
    return replace(parsed, introduced=introduce(feed_id, parsed.entries))


def _write(line: int, parcel: bytes) -> None:
    left = memoryview(parcel)
    while left:
        left = left[os.write(line, left) :]
