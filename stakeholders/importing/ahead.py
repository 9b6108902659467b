"""Reading ahead in a second process: it decodes, checks, normalises and keys while this one seals and writes.

The child is a fork that leaves the database alone; it ends with the parent, whose end of the pipe it needs.
Chunks travel as plain tuples: marshal takes a tenth of what pickling objects would.
"""

from __future__ import annotations

import marshal
import os
import signal
from collections.abc import Callable, Generator, Iterator
from operator import attrgetter
from typing import IO, Final, NoReturn

from accounts.keyring import CannotUnseal
from stakeholders.importing.rows import Person

END, DAMAGED = b"end", b"damaged"
HEADER: Final = 8
PARTS: Final = attrgetter(*Person.__slots__)

Refusals = list[tuple[int, str, str]]  # line, field, code
Read = tuple[list[Person], Refusals, int, int]  # people, refusals, lines settled, bytes read


def ahead(read: Callable[[], Iterator[Read]]) -> Generator[Read, None, None]:
    """What `read` yields, made one step ahead in a process of its own."""
    ours, theirs = os.pipe()
    # Forked, so that keys are there without a command line; not by multiprocessing, which no worker of Celery may use.
    child = os.fork()
    if not child:
        os.close(ours)  # else this end would outlive the parent, and the child with it
        _work(read, theirs)
    os.close(theirs)
    try:
        with os.fdopen(ours, "rb") as pipe:
            while (message := _received(pipe)) != END:
                if message == DAMAGED:
                    raise CannotUnseal("the stored file is damaged")
                people, refused, lines, so_far = marshal.loads(message)  # noqa: S302 - from our own child
                yield [Person(*parts) for parts in people], refused, lines, so_far
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


def _received(pipe: IO[bytes]) -> bytes:
    size = int.from_bytes(pipe.read(HEADER), "big")
    message = pipe.read(size)
    if not size or len(message) != size:
        raise ReaderDied("the reading process ended in the middle of the file")
    return message


class ReaderDied(Exception):
    """The child was killed. The claim lapses, and the import goes on from its last chunk."""


def _work(read: Callable[[], Iterator[Read]], pipe: int) -> NoReturn:
    """The child's whole life. It never returns into the parent's code, nor runs what the parent does at its end."""
    code = 1
    try:
        with os.fdopen(pipe, "wb") as out:
            _send(read, out)
        code = 0
    except BrokenPipeError:
        pass  # nobody wants the rest
    finally:
        os._exit(code)


def _send(read: Callable[[], Iterator[Read]], out: IO[bytes]) -> None:
    try:
        for people, refused, lines, so_far in read():
            _put(out, marshal.dumps(([PARTS(one) for one in people], refused, lines, so_far)))
        _put(out, END)
    except CannotUnseal:
        _put(out, DAMAGED)


def _put(out: IO[bytes], message: bytes) -> None:
    out.write(len(message).to_bytes(HEADER, "big") + message)
    out.flush()
