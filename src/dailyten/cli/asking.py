"""Questions to a person at a terminal. Where nobody sits, nothing is asked: what a command is for, it does."""

import sys
from collections.abc import Callable, Sequence
from typing import TypeVar

from dailyten.errors import BadInput

T = TypeVar("T")


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


def said(question: str, default: str, read: Callable[[str], T]) -> T:
    """Ask for a text until one comes that can be read; an empty line is the default. The end of input stops it all."""
    hint = f" [{default}]" if default else ""
    while True:
        try:
            answer = input(f"{question}{hint}: ").strip()
        except EOFError as error:
            raise KeyboardInterrupt from error
        try:
            return read(answer or default)
        except BadInput as fault:
            print(f"  {fault}")


def said_choice(question: str, choices: Sequence[tuple[str, str]], default: str) -> str:
    """Ask for one of some things by its number or key; each has a key and words."""
    print(question)
    for number, (key, words) in enumerate(choices, 1):
        print(f"  {number}  {key:<13} {words}")
    keys = [key for key, _ in choices]

    def read(answer: str) -> str:
        if answer.isdecimal() and 1 <= int(answer) <= len(keys):
            return keys[int(answer) - 1]
        if answer in keys:
            return answer
        raise BadInput("That is none of these.", expected=f"1 to {len(keys)}, or a word of the list", came=repr(answer))

    return said("  Which", default, read)


def is_wanted(question: str) -> bool:
    """Ask for a yes; an empty line is a no."""
    return _answer(f"{question} [y/N] ").lower() in {"y", "yes"}


def _answer(question: str) -> str:
    try:
        return input(question).strip()
    except EOFError:
        return "n"
