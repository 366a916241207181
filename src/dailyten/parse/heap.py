"""Edge: the memory of this process, as far as glibc's allocator lets us say what becomes of it."""

import ctypes

_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3
_KEPT_BYTES = 16 << 20
_LARGE_BYTES = 1 << 20


def keep_freed_memory() -> None:
    """Let freed memory wait for its next use, up to 16 MB of it; only pieces above 1 MB go back to the system at once.

    Else what every document needs is taken from the system and given back anew. Nothing happens where there is no
    glibc. Source: mallopt(3).
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_TRIM_THRESHOLD, _KEPT_BYTES)
        mallopt(_MMAP_THRESHOLD, _LARGE_BYTES)
