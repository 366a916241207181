"""A clock that moves only when told to."""

from datetime import datetime, timedelta

from dailyten.model.instant import require_utc


class Clock:
    """Stands where `utc_now` is asked for: `clock.now`, or the clock itself."""

    def __init__(self, at: datetime) -> None:
        require_utc(at=at)
        self._at = at

    def __call__(self) -> datetime:
        """Say what time it is here, as `now` does."""
        return self._at

    def now(self) -> datetime:
        """Say what time it is here, aware and in UTC."""
        return self._at

    def advance(self, span: timedelta) -> datetime:
        """Let time pass, and say what time it is then."""
        if span < timedelta(0):
            raise ValueError(f"time goes forward, came {span}; use `set` to play a clock that was put back")
        self._at += span
        return self._at

    def set(self, at: datetime) -> None:
        """Put the clock anywhere, back as well: machines do that too."""
        require_utc(at=at)
        self._at = at
