"""Questions to a person at a terminal. Where nobody sits, nothing is asked: what a command is for, it does."""

import sys


def is_person() -> bool:
    """Say whether somebody can be asked."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def agreed(question: str) -> bool:
    """Ask for a yes, which is also the answer of an empty line; yes where nobody sits."""
    return not is_person() or _answer(f"{question} [Y/n] ").lower() in {"", "y", "yes"}


def said_number(question: str, most: int) -> int:
    """Ask for a number from 1 to `most`, until one comes; an empty line is 1."""
    while True:
        said = _answer(f"{question} [1] ")
        if not said:
            return 1
        if said.isdecimal() and 1 <= int(said) <= most:
            return int(said)
        print(f"A number from 1 to {most}, please.")


def _answer(question: str) -> str:
    try:
        return input(question).strip()
    except EOFError:
        return "n"
