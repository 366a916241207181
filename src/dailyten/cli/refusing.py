"""What a command line is refused with: one sentence like all others, and where to read on."""

from datetime import date
from inspect import Parameter

from cyclopts import Argument, CoercionError, CycloptsError, MissingArgumentError, UnusedCliTokensError


def in_words(error: CycloptsError) -> str:
    """Say what is wrong with a command line, what was expected, and which command tells more."""
    command = " ".join(("dailyten", *(error.command_chain or ())))
    return f"{_fault(error)} `{command} --help` says more."


def _fault(error: CycloptsError) -> str:
    match error:
        case MissingArgumentError(argument=Argument() as missing):
            return f"{_name(missing)} is missing."
        case UnusedCliTokensError():
            return f"One word too many: {' '.join(error.unused_tokens or ())}."
        case CoercionError() if error.target_type is date:
            return f"{error} Expected: a day such as 2026-11-24."
        case _:
            return str(error)


def _name(argument: Argument) -> str:
    """Name an argument as the help does: `ADDRESS` by its place, `--from` by its name."""
    by_name = argument.field_info.kind is Parameter.KEYWORD_ONLY
    return argument.name if by_name else argument.name.removeprefix("--").upper()
