"""Lets `python -m dailyten` do what `dailyten` does."""

from dailyten.cli import main

main()
