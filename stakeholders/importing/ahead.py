"""Reading ahead in a second process: it decodes, checks, normalises and keys while this one seals and writes.

The child is a fork that leaves the database alone; it ends with the parent, whose end of the pipe it needs.
Chunks travel as plain tuples: marshal takes a tenth of what pickling objects would.
"""

from __future__ import annotations

import gc
import marshal
import os
import signal
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import IO, Final, NoReturn, TypeVar

from accounts.keyring import CannotUnseal
from stakeholders.importing.rows import Parts

END, DAMAGED = b"end", b"damaged"
HEADER: Final = 8

Refusals = list[tuple[int, str, str]]  # line, field, code
T = TypeVar("T")
Read = tuple[list[Parts], Refusals, int, int]  # people, refusals, lines settled, bytes read


def ahead(read: Callable[[], Iterator[Read]], make: Callable[[Read], T]) -> Generator[T, None, None]:
    """What `make` makes of what `read` yields, which is read ahead in a process of its own."""
    ours, theirs = os.pipe()
    gc.collect()
    gc.freeze()  # what stands now is not searched for garbage again and again while people pass through
    # Forked, so that keys are there without a command line; not by multiprocessing, which no worker of Celery may use.
    child = os.fork()
    if not child:
        os.close(ours)  # else this end would outlive the parent, and the child with it
        _work(read, theirs)
    os.close(theirs)
    try:
        with os.fdopen(ours, "rb") as pipe, ThreadPoolExecutor(1) as aside:
            # Unpacked while the database takes in those before: it lets this process go on meanwhile.
            following = aside.submit(_received, pipe, make)
            try:
                while (found := following.result()) is not None:
                    following = aside.submit(_received, pipe, make)
                    yield found
            finally:
                os.kill(child, signal.SIGKILL)  # first, for the thread waits for what it writes
    finally:
        gc.unfreeze()
        os.waitpid(child, 0)


def _received(pipe: IO[bytes], make: Callable[[Read], T]) -> T | None:
    """What is made of the child's next message; None at the end of the file."""
    size = int.from_bytes(pipe.read(HEADER), "big")
    message = pipe.read(size)
    if not size or len(message) != size:
        raise ReaderDied("the reading process ended in the middle of the file")
    if message == END:
        return None
    if message == DAMAGED:
        raise CannotUnseal("the stored file is damaged")
    return make(marshal.loads(message))  # noqa: S302 - from our own child


class ReaderDied(Exception):
    """The child was killed. The claim lapses, and the import goes on from its last chunk."""


def _work(read: Callable[[], Iterator[Read]], pipe: int) -> NoReturn:
    """The child's whole life. It never returns into the parent's code, nor runs what the parent does at its end."""
    code = 1
    gc.disable()  # lines and people hold no circles; searching for them took a third of the time
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
        for found in read():
            _put(out, marshal.dumps(found))
        _put(out, END)
    except CannotUnseal:
        _put(out, DAMAGED)


def _put(out: IO[bytes], message: bytes) -> None:
    out.write(len(message).to_bytes(HEADER, "big") + message)
    out.flush()
