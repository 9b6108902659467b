"""What many tests of a module begin with is built once, in a transaction that is never committed.

`@standing` makes a fixture of a function whose arguments are standing fixtures too and which returns a row, or a tuple
of rows. Before each test exactly the rows it asks for stand: every fixture is a savepoint on top of those it
needs, and what the next test does not ask for is rolled back. A test runs in a savepoint of its own and reads its rows
anew, so it sees nothing of its neighbours. A test that commits builds its own rows.
"""

from __future__ import annotations

import inspect
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import Model

Build = Callable[..., Any]
Rows = Model | tuple["Rows", ...]


def standing(build: Build) -> Any:
    """A fixture whose rows are built once for all tests of a module that follow each other and ask for it."""
    needed = inspect.signature(build).parameters

    def fixture(request: pytest.FixtureRequest, db: None, **needs: Any) -> Any:
        for layer in request.node.getparent(pytest.Module).stash.get(GROUND, Ground()).layers:
            if layer.build is build:
                return fresh(layer.rows)
        return build(**needs)

    given = [inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY) for name in ("request", "db", *needed)]
    vars(fixture).update(__doc__=build.__doc__, __signature__=inspect.Signature(given), builds=build)
    return pytest.fixture(name=build.__name__)(fixture)


def fresh(rows: Rows) -> Rows:
    """The same rows as the database has them now."""
    if isinstance(rows, tuple):
        return tuple(fresh(one) for one in rows)
    return type(rows)._base_manager.get(pk=rows.pk)


@dataclass
class Layer:
    name: str
    build: Build
    block: transaction.Atomic
    rows: Rows


class Ground:
    """The rows that stand, each fixture in a savepoint on top of the one before."""

    def __init__(self) -> None:
        self.layers: list[Layer] = []

    def stand(self, builds: dict[str, Build]) -> None:
        """Have exactly these, in this order; what already stands is used again."""
        wanted = list(builds.items())
        while [(layer.name, layer.build) for layer in self.layers] != wanted[: len(self.layers)]:
            self.pull_down()
        missing = wanted[len(self.layers) :]
        for name, build in missing:
            self.put_up(name, build)
        if missing:
            connection.check_constraints()  # once here, or each test would check them again

    def put_up(self, name: str, build: Build) -> None:
        below = {layer.name: layer.rows for layer in self.layers}
        block = transaction.atomic()
        block._from_testcase = True  # a command that wants to be outermost may run inside
        block.__enter__()
        try:
            rows = build(**{need: fresh(below[need]) for need in inspect.signature(build).parameters})
        except BaseException as problem:
            block.__exit__(type(problem), problem, problem.__traceback__)
            raise
        self.layers.append(Layer(name, build, block, rows))

    def pull_down(self) -> None:
        block = self.layers.pop().block
        assert connection.atomic_blocks[-1] is block, "another transaction of the module was opened on top"
        transaction.set_rollback(True)
        block.__exit__(None, None, None)

    def clear(self) -> None:
        while self.layers:
            self.pull_down()


GROUND = pytest.StashKey[Ground]()
STANDS = pytest.StashKey[dict[str, Build]]()


@pytest.fixture(autouse=True)
def _standing(request: pytest.FixtureRequest) -> None:
    """Before the test's own savepoint: put up what it asks for, or clear the ground for one that commits."""
    module = request.node.getparent(pytest.Module)
    builds = request.node.stash.get(STANDS, {})
    if module is None or not (builds or GROUND in module.stash):
        return
    request.getfixturevalue("django_db_setup")
    blocker = request.getfixturevalue("django_db_blocker")
    ground = module.stash.setdefault(GROUND, Ground())

    def clear() -> None:
        with blocker.unblock():
            ground.clear()

    if builds and not ground.layers:
        module.addfinalizer(clear)
    with blocker.unblock():
        ground.stand(builds)


@pytest.fixture(autouse=True)
def _django_db_marker(_standing: None, _django_db_marker: None) -> None:
    """pytest-django's own begins the test's savepoint; it has to come after."""


def builds_of(item: pytest.Item) -> dict[str, Build]:
    """The standing fixtures of a test, by name; none when it commits what it writes."""
    if not isinstance(item, pytest.Function) or commits(item):
        return {}
    found: dict[str, Build] = {}
    for name in item.fixturenames:
        definitions = item._fixtureinfo.name2fixturedefs.get(name, ())
        if definitions and (build := getattr(definitions[-1].func, "builds", None)):
            found[name] = build
    return {name: build for name, build in found.items() if depth(name, found) is not None}


def commits(item: pytest.Item) -> bool:
    marker = item.get_closest_marker("django_db")
    asked = marker is not None and bool(
        marker.args or marker.kwargs.get("transaction") or marker.kwargs.get("reset_sequences")
    )
    return asked or not {"transactional_db", "live_server"}.isdisjoint(item.fixturenames)


def depth(name: str, builds: dict[str, Build]) -> int | None:
    """How many others it stands on; None when one of them does not stand."""
    if name not in builds:
        return None
    below = [depth(need, builds) for need in inspect.signature(builds[name]).parameters]
    return None if None in below else 1 + max([0, *(one for one in below if one is not None)])


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests of a module that ask for the same follow each other; what most ask for lies lowest."""

    def neighbours(item: pytest.Item) -> tuple[pytest.Item | None, bool]:
        return item.getparent(pytest.Module), commits(item)

    ordered: list[pytest.Item] = []
    for _, group in groupby(items, key=neighbours):
        ordered += lined_up(list(group))
    items[:] = ordered


def lined_up(items: Iterable[pytest.Item]) -> list[pytest.Item]:
    builds = {item: builds_of(item) for item in items}
    asked = Counter(name for found in builds.values() for name in found)
    ranks: dict[pytest.Item, list[tuple[int, int | None, str]]] = {}
    for item, found in builds.items():
        # A fixture is asked for at least as often as what stands on it.
        ranks[item] = sorted((-asked[name], depth(name, found), name) for name in found)
        item.stash[STANDS] = {name: found[name] for *_, name in ranks[item]}
    return sorted(ranks, key=ranks.__getitem__)
