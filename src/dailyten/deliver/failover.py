"""Several mail servers as one line: the next is asked when one is down."""

from collections.abc import Callable, Sequence

from dailyten.deliver.message import Outgoing
from dailyten.deliver.sending import Down, MailLine, Withdrawn
from dailyten.model.delivery import Handover


class FirstThatAnswers:
    """A line to the first mail server that answers; the others wait until it is down. Give one line at least."""

    def __init__(self, lines: Sequence[MailLine]) -> None:
        self._lines = list(lines)

    def hand_over(self, outgoing: Outgoing, before_dot: Callable[[], bool]) -> Handover | Withdrawn | Down:
        """Offer a message to the line in use, and as long as one is down, to the next."""
        words = []
        for _ in self._lines:
            said = self._lines[0].hand_over(outgoing, before_dot)
            if not isinstance(said, Down):
                return said
            words.append(said.words)
            self._lines.append(self._lines.pop(0))
        return Down(words=" ".join(words))

    def close(self) -> None:
        """Say goodbye to all."""
        for line in self._lines:
            line.close()
