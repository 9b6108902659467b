"""Reading ahead in a second process: it decodes, checks, normalises and keys while this one seals and writes.

The child is a fork without a database connection of its own use; it ends with the parent, whose end of the pipe it needs.
Chunks travel as plain tuples: marshal takes a tenth of what pickling objects would.
"""

from __future__ import annotations

import marshal
import multiprocessing
from collections.abc import Callable, Generator, Iterator
from multiprocessing.connection import Connection
from operator import attrgetter
from typing import Final

from accounts.keyring import CannotUnseal
from stakeholders.importing.rows import Person

END, DAMAGED = b"end", b"damaged"
PARTS: Final = attrgetter(*Person.__slots__)

Refusals = list[tuple[int, str, str]]  # line, field, code
Read = tuple[list[Person], Refusals, int, int]  # people, refusals, lines settled, bytes read


def ahead(read: Callable[[], Iterator[Read]]) -> Generator[Read, None, None]:
    """What `read` yields, made one step ahead in a process of its own."""
    context = multiprocessing.get_context(
        "fork"
    )  # keys and settings are there already, and never on a command line
    receiving, sending = context.Pipe(duplex=False)
    child = context.Process(target=_send, args=(read, sending), daemon=True)
    child.start()
    sending.close()
    try:
        while (message := _received(receiving)) != END:
            if message == DAMAGED:
                raise CannotUnseal("the stored file is damaged")
            people, refused, lines, so_far = marshal.loads(message)  # noqa: S302 - from our own child
            yield [Person(*parts) for parts in people], refused, lines, so_far
    finally:
        receiving.close()
        child.kill()
        child.join()


def _received(receiving: Connection) -> bytes:
    try:
        return receiving.recv_bytes()
    except EOFError:
        raise ReaderDied("the reading process ended in the middle of the file") from None


class ReaderDied(Exception):
    """The child was killed. The claim lapses, and the import goes on from its last chunk."""


def _send(read: Callable[[], Iterator[Read]], sending: Connection) -> None:
    try:
        for people, refused, lines, so_far in read():
            sending.send_bytes(marshal.dumps(([PARTS(one) for one in people], refused, lines, so_far)))
        sending.send_bytes(END)
    except CannotUnseal:
        sending.send_bytes(DAMAGED)
    except BrokenPipeError:
        pass  # nobody wants the rest
