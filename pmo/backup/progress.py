"""What a long command tells while it works: one line that is written over on a terminal, one line a second elsewhere."""

import sys
import time
from typing import Self

import click

SECONDS = 1.0
MIB = 1 << 20


class Progress:
    """Says nothing unless it is wanted; always on stderr, so that what a command prints can be read by a program."""

    def __init__(self, wanted: bool | None) -> None:
        self.is_terminal = sys.stderr.isatty()
        self.wanted = self.is_terminal if wanted is None else wanted
        self.told_at = 0.0
        self.open_line = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_problem: object) -> None:
        if self.open_line:
            click.echo(err=True)
            self.open_line = False

    def step(self, words: str) -> None:
        """Something new begins: said at once."""
        if self.wanted:
            self.told_at = 0.0
            self.say(words)

    def part(self, words: str, done: int, of: int) -> None:
        """How far it is, at most once a second."""
        if self.wanted and time.monotonic() - self.told_at >= (SECONDS / 5 if self.is_terminal else SECONDS):
            self.say(f"{words}: {100 * done // max(of, 1)} %")

    def size(self, words: str, size: int) -> None:
        if self.wanted and time.monotonic() - self.told_at >= (SECONDS / 5 if self.is_terminal else SECONDS):
            self.say(f"{words}, {size / MIB:.1f} MiB")

    def say(self, words: str) -> None:
        self.told_at = time.monotonic()
        if self.is_terminal:
            click.echo(f"\r\x1b[K{words}", err=True, nl=False)
            self.open_line = True
        else:
            click.echo(words, err=True)
