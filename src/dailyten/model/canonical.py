"""One value, one text: canonical JSON of the nouns, both ways, and its digest.

The bytes of a frozen edition, its identity and every stored JSON column come from here, so the same value always
gives the same bytes (sorted keys, no spaces, UTF-8, instants in ISO 8601 with an offset).
"""

import hashlib
import json
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from cattrs import Converter

T = TypeVar("T")

_ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))


@cache
def _converter() -> "Converter":
    from cattrs.preconf.json import make_converter

    return make_converter(forbid_extra_keys=True)


def to_plain(value: object) -> Any:  # noqa: ANN401 - plain JSON is any of six types
    """Turn a noun into dicts, lists, strings and numbers."""
    return _converter().unstructure(value)


def from_plain(plain: object, kind: type[T]) -> T:
    """Turn plain JSON back into a noun; cattrs' error names the path of what does not fit."""
    return _converter().structure(plain, kind)


def to_json(value: object) -> str:
    """Give the one canonical JSON text of a noun."""
    return plain_to_json(to_plain(value))


def plain_to_json(plain: object) -> str:
    """Give the one canonical JSON text of dicts, lists, tuples, strings and numbers."""
    return _ENCODER.encode(plain)


def from_json(text: str, kind: type[T]) -> T:
    """Read back what `to_json` wrote."""
    return from_plain(json.loads(text), kind)


def digest(value: object) -> str:
    """Name a value by its content: SHA-256 of its canonical JSON, 64 hex digits."""
    return hashlib.sha256(to_json(value).encode()).hexdigest()


def short_id(*parts: str) -> str:
    """Compute an id from what it names: 16 hex digits of SHA-256 over the parts, in order."""
    return hashlib.sha256("\x00".join(parts).encode()).hexdigest()[:16]
