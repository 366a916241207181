"""Lets `python -m dailyten` do what `dailyten` does."""

from dailyten.cli import main

if __name__ == "__main__":
    main()
