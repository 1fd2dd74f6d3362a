"""The walk through the possible statuses against CPython: generated programs are analysed, and run for every status.

A program without loops and ``try`` has one status that nobody changes, and tests nothing else: there a test is decided
just when it comes out one way in all runs. The others bind the status anew, in loops and below exceptions, and compare
it with what is not known: there a decided test must come out as decided.
"""

from __future__ import annotations

import ast
import random
from collections.abc import Iterator

import pytest

from flake8_ocs_status.positions.meanings import Meanings
from flake8_ocs_status.positions.witnesses import Witnesses
from flake8_ocs_status.possible.dead import walks_of
from flake8_ocs_status.program.module import Module

pytestmark = pytest.mark.same_everywhere

TESTS = [
    "{s} == {a}",
    "{s} != {a}",
    "{s} < {a}",
    "{s} >= {a}",
    "{a} < {s} <= {b}",
    "{s} in ({a}, {b})",
    "{s} not in ({a}, {b})",
    "{s} // 100 == {c}",
    "int({s} / 100) != {c}",
    "{s} in range({a}, {b})",
    "{a} <= {s}",
    "{s} // 100 in ({c}, 5)",
    "{s} is None",
    "{s} is not None",
    "{s}",
    "{s} > {a}",
    "{s} // 100 > {c}",
    "{s} == None",
]
UNKNOWN_TESTS = ["unknown == {a}", "{s} == unknown", "{s} in (unknown, {a})", "{s} not in (unknown, {a})"]  # fmt: skip
NUMBERS_USED = (200, 201, 204, 300, 304, 400, 404, 500, 503)
VALUES: tuple[object, ...] = (*range(100, 600), 0, 99, 600, 999, -1, 1000, None, "", "text")
SOME_VALUES: tuple[object, ...] = (0, 200, 201, 204, 250, 300, 304, 350, 400, 404, 450, 500, 503, 550, None, "", "text")


class Writer:
    """Writes programs at random."""

    def __init__(self, seed: int, *, loops: bool) -> None:
        self.random = random.Random(seed)
        self.loops = loops

    def test(self, depth: int = 2) -> str:
        choice = self.random.random()
        if depth and choice < 0.3:
            joint = self.random.choice([" and ", " or "])
            return f"({joint.join(self.test(depth - 1) for _ in range(self.random.choice([2, 2, 3])))})"
        if depth and choice < 0.4:
            return f"(not {self.test(depth - 1)})"
        first, second = sorted(self.random.sample(NUMBERS_USED, 2))
        template = self.random.choice([*TESTS, *UNKNOWN_TESTS] if self.loops else TESTS)
        return f"({template.format(s='status', a=first, b=second, c=self.random.choice([2, 3, 4]))})"

    def block(self, depth: int, in_loop: bool = False) -> list[str]:
        lines: list[str] = []
        for _ in range(self.random.choice([1, 2, 3])):
            lines += self.statement(depth, in_loop)
        return lines

    def statement(self, depth: int, in_loop: bool) -> list[str]:
        kinds = ["pass", "return", "value", "assert"]
        if depth:
            kinds += ["if"] * 8 + ["choice", "match"]
        if self.loops:
            kinds += ["bind"] * 2
            if depth:
                kinds += ["while", "for", "try", "try", "with"]
            if in_loop:
                kinds += ["break", "continue"]
        kind = self.random.choice(kinds)
        if kind == "return":
            return ["return"] if self.random.random() < 0.4 else ["raise ValueError"]
        if kind == "value":
            return [f"done = {self.test()}"]
        if kind == "assert":
            return [f"assert {self.test(1)}"]
        if kind == "choice":
            return [f"done = {self.test()} if {self.test()} else {self.test()}"]
        if kind == "bind":
            return [self.random.choice(["status = send()", "fail()", "if (status := send()) == 404: pass"])]
        if depth and kind not in ("pass", "break", "continue"):
            return getattr(self, f"write_{kind}")(depth - 1, in_loop)  # type: ignore[no-any-return]
        return [kind]

    def write_if(self, depth: int, in_loop: bool) -> list[str]:
        lines = [f"if {self.test()}:", *indented(self.block(depth, in_loop))]
        if self.random.random() < 0.4:
            lines += [f"elif {self.test()}:", *indented(self.block(depth, in_loop))]
        if self.random.random() < 0.4:
            lines += ["else:", *indented(self.block(depth, in_loop))]
        return lines

    def write_match(self, depth: int, in_loop: bool) -> list[str]:
        lines = ["match status:"]
        for _ in range(self.random.choice([1, 2, 3])):
            numbers = self.random.sample(NUMBERS_USED, self.random.choice([1, 2]))
            guard = f" if {self.test(1)}" if self.random.random() < 0.3 else ""
            lines += [f"    case {' | '.join(map(str, numbers))}{guard}:"]
            lines += indented(indented(self.block(depth, in_loop)))
        return lines

    def write_while(self, depth: int, in_loop: bool) -> list[str]:
        test = self.random.choice([self.test(), "True"])
        return [f"while {test}:", *indented(["tick()", *self.block(depth, True)]), *self.tail("else:", depth, in_loop)]

    def write_for(self, depth: int, in_loop: bool) -> list[str]:
        head = self.random.choice(["for item in items():", "for status in items():"])
        return [head, *indented(self.block(depth, True)), *self.tail("else:", depth, in_loop)]

    def write_with(self, depth: int, in_loop: bool) -> list[str]:
        return [f"with {self.random.choice(['quiet()', 'open()'])}:", *indented(self.block(depth, in_loop))]

    def write_try(self, depth: int, in_loop: bool) -> list[str]:
        lines = ["try:", *indented(self.block(depth, in_loop))]
        handler = self.random.choice(["except ValueError:", "except Exception:", ""])
        if handler:
            lines += [handler, *indented(self.block(depth, in_loop)), *self.tail("else:", depth, in_loop)]
        return [*lines, *(self.tail("finally:", depth, in_loop) if handler else ["finally:", *indented(["pass"])])]

    def tail(self, head: str, depth: int, in_loop: bool) -> list[str]:
        return [head, *indented(self.block(depth, in_loop))] if self.random.random() < 0.4 else []


def indented(lines: list[str]) -> list[str]:
    return [f"    {line}" for line in lines]


def program(seed: int, *, loops: bool) -> str:
    """The source of one program."""
    body = Writer(seed, loops=loops).block(4)
    return "\n".join(["import http", "def program(status, unknown):", *indented([*body, "return status"]), ""])


def numbered(tree: ast.Module) -> dict[ast.AST, int]:
    return {node: number for number, node in enumerate(ast.walk(tree))}


def foretold(source: str) -> dict[int, bool]:
    """The tests that the walk has decided, by their numbers."""
    tree = ast.parse(source)
    module = Module(tree, source.splitlines(keepends=True))
    numbers = numbered(tree)
    return {
        numbers[node]: decided.outcome
        for walk in walks_of(module, Meanings(module, Witnesses(module)))
        for node, decided in walk.decided.items()
    }


class Watched(ast.NodeTransformer):
    """Lets every test tell how it comes out."""

    def __init__(self, tree: ast.Module) -> None:
        self.numbers = numbered(tree)

    def visit(self, node: ast.AST) -> ast.AST:
        number = self.numbers.get(node)
        visited = self.generic_visit(node)
        if isinstance(visited, ast.match_case):
            told = ast.parse(f"watch({self.numbers[visited.pattern]}, True)").body[0]
            visited.body.insert(0, told)
        if not isinstance(node, (ast.Compare, ast.BoolOp, ast.UnaryOp)):
            return visited
        assert isinstance(visited, ast.expr)
        call = ast.Call(ast.Name("watch", ast.Load()), [ast.Constant(number), visited], [])
        return ast.copy_location(call, node)


class Quiet:
    """A context manager that swallows every exception, or none."""

    def __init__(self, swallows: bool) -> None:
        self.swallows = swallows

    def __enter__(self) -> None:
        """Nothing to set up."""

    def __exit__(self, *problem: object) -> bool:
        return self.swallows


class Unknown:
    """Sometimes equal to a number, and sometimes not."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)

    def __eq__(self, other: object) -> bool:
        return self.chance.random() < 0.5

    __hash__ = None  # type: ignore[assignment]


class StoppedError(BaseException):
    """A program has gone round long enough."""


def really(source: str, seed: int, *, loops: bool) -> dict[int, set[bool]]:
    """How each test comes out, over all runs."""
    seen: dict[int, set[bool]] = {}
    chance = random.Random(seed)
    tree = ast.parse(source)
    steps = 0

    def watch(number: int, value: object) -> object:
        seen.setdefault(number, set()).add(bool(value))
        return value

    def tick() -> None:
        nonlocal steps
        steps += 1
        if steps > 30:
            raise StoppedError

    def fail() -> None:
        if chance.random() < 0.5:
            raise ValueError

    names: dict[str, object] = {
        "watch": watch,
        "tick": tick,
        "fail": fail,
        "send": lambda: chance.choice(SOME_VALUES),
        "items": lambda: [chance.choice(SOME_VALUES) for _ in range(chance.choice([0, 1, 3]))],
        "quiet": lambda: Quiet(True),
        "open": lambda: Quiet(False),
    }
    watched = Watched(tree)
    assert watched.visit(tree) is tree
    exec(compile(ast.fix_missing_locations(tree), "program", "exec"), names)
    for status in SOME_VALUES * 6 if loops else VALUES:
        steps = 0
        try:
            names["program"](status, Unknown(chance.randrange(1000)))  # type: ignore[operator]
        except (ValueError, TypeError, AssertionError, StoppedError):
            continue
    return seen


def programs(count: int, *, loops: bool) -> Iterator[tuple[int, str]]:
    for seed in range(count):
        yield seed, program(seed, loops=loops)


@pytest.mark.parametrize("part", range(2))
def test_a_test_is_decided_just_when_it_comes_out_one_way(part: int) -> None:
    wrong = []
    decided = undecided = 0
    for seed, source in programs(240, loops=False):
        if seed % 2 != part:
            continue
        told, real = foretold(source), really(source, seed, loops=False)
        patterns = {number for node, number in numbered(ast.parse(source)).items() if isinstance(node, ast.pattern)}
        for number, outcomes in real.items():
            if number in patterns:
                # Only that a case is taken is seen.
                if told.get(number) is False:
                    wrong.append(f"{source}\nnode {number}: a case that is taken")
                continue
            if told.get(number) is not (next(iter(outcomes)) if len(outcomes) == 1 else None):
                wrong.append(f"{source}\nnode {number}: foretold {told.get(number)}, really {outcomes}")
            decided += len(outcomes) == 1
            undecided += len(outcomes) == 2
    assert not wrong, f"{len(wrong)}, for instance:\n" + wrong[0]
    assert decided > 100
    assert undecided > 100


@pytest.mark.parametrize("part", range(2))
def test_what_is_decided_comes_out_so(part: int) -> None:
    wrong = []
    decided = 0
    for seed, source in programs(240, loops=True):
        if seed % 2 != part:
            continue
        told, real = foretold(source), really(source, seed, loops=True)
        for number, outcome in told.items():
            outcomes = real.get(number, set())
            decided += bool(outcomes)
            if not outcomes <= {outcome}:
                wrong.append(f"{source}\nnode {number}: foretold {outcome}, really {outcomes}")
    assert not wrong, f"{len(wrong)}, for instance:\n" + wrong[0]
    assert decided > 50
