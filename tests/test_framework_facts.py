"""What frameworks pass to the functions that they call, and what becomes of what these raise, by running them.

Each failure names the installed version. FastAPI and typer end their support of a Python earlier than others do, so
that an older one of theirs runs there.
"""

from __future__ import annotations

import asyncio
import dataclasses
import errno
import inspect
import sys
import threading
import typing
from collections.abc import AsyncIterator, Callable, Iterator
from importlib.metadata import version
from typing import Annotated, Any

import anyio.to_thread
import asgiref.sync
import attr
import attrs
import click
import fastapi
import fastapi.concurrency
import fastapi.params
import httpx
import pytest
import requests
import starlette.concurrency
import typer

ASGIREF = f"asgiref {version('asgiref')}"
ATTRS = f"attrs {version('attrs')}"
CLICK = f"click {version('click')}"
FASTAPI = f"fastapi {version('fastapi')}"
THREADS = f"anyio {version('anyio')}, starlette {version('starlette')}, {ASGIREF}"
TYPER = f"typer {version('typer')}"


class Hub:
    """What the frameworks pass."""

    name = "made"


class OwnHub(Hub):
    name = "of a subclass"


def plain() -> Hub:
    return Hub()


def yielded() -> Iterator[Hub]:
    yield Hub()


async def awaited() -> Hub:
    return Hub()


async def yielded_in_turn() -> AsyncIterator[Hub]:
    yield Hub()


class TestFastAPI:
    """What is passed for a parameter of a view."""

    @pytest.mark.parametrize("give", [plain, yielded, awaited, yielded_in_turn, Hub], ids=lambda one: one.__name__)
    @pytest.mark.parametrize(
        "ask",
        [fastapi.Depends, fastapi.Security, fastapi.params.Depends, fastapi.params.Security],
        ids=lambda one: f"{one.__module__}.{one.__name__}",
    )
    @pytest.mark.parametrize("is_default", [True, False])
    def test_what_is_given_or_yielded(
        self, give: Callable[[], Any], ask: Callable[[Callable[[], Any]], Any], is_default: bool
    ) -> None:
        passed: list[object] = []

        asking = ask(give)

        def by_default(hub: Any = asking) -> None:
            passed.append(hub)

        def by_annotation(hub: Any) -> None:
            passed.append(hub)

        by_annotation.__annotations__["hub"] = Annotated[Any, asking]
        app = fastapi.FastAPI()
        app.get("/")(by_default if is_default else by_annotation)
        assert asyncio.run(asked(app)) == 200, FASTAPI
        assert [type(one) for one in passed] == [Hub], FASTAPI


async def asked(app: fastapi.FastAPI) -> int:
    """The status of the answer to one request."""
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://here") as client:
        return (await client.get("/")).status_code


def run(command: Callable[..., Any], *arguments: str) -> int | str | None:
    """Run a program to its end, and give its exit code; what it raises comes out."""
    with pytest.MonkeyPatch.context() as patched:
        # typer puts its own one there.
        patched.setattr(sys, "excepthook", sys.excepthook)
        with pytest.raises(SystemExit) as ended:
            command(list(arguments))
    return ended.value.code


pass_hub = click.make_pass_decorator(Hub)
pass_made_hub = click.make_pass_decorator(Hub, ensure=True)


class TestClickPasses:
    @pytest.mark.parametrize("passing", [click.pass_obj, pass_hub, pass_made_hub])
    @pytest.mark.parametrize("kind", [Hub, OwnHub])
    def test_what_the_group_has_put_into_its_context(self, passing: Callable[..., Any], kind: type[Hub]) -> None:
        passed = []

        @click.group()
        @click.pass_context
        def cli(context: click.Context) -> None:
            context.obj = kind()

        @cli.group()
        def assets() -> None:
            pass

        @assets.command()
        @click.argument("asset")
        @passing
        def remove(hub: Hub, asset: str) -> None:
            passed.append((type(hub), asset))

        assert run(cli, "assets", "remove", "pump") == 0, CLICK
        assert passed == [(kind, "pump")], CLICK

    def test_what_is_not_there(self) -> None:
        passed = []

        @click.command()
        @pass_made_hub
        def make(hub: Hub) -> None:
            passed.append(type(hub))

        @click.command()
        @pass_hub
        def take(hub: Hub) -> None:
            passed.append(type(hub))

        assert run(make) == 0, CLICK
        with pytest.raises(RuntimeError, match="Hub"):
            take([])
        assert passed == [Hub], CLICK


def of_click(action: Callable[[], None]) -> Callable[[list[str]], Any]:
    return click.command(action)


def of_click_group(action: Callable[[], None]) -> Callable[[list[str]], Any]:
    group = click.Group()
    group.command("go")(action)
    return lambda arguments: group(["go", *arguments])


def of_typer(action: Callable[[], None]) -> Callable[[list[str]], Any]:
    app = typer.Typer()
    app.command()(action)
    return app


@pytest.mark.parametrize("made", [of_click, of_click_group, of_typer])
class TestCommands:
    """What becomes of an exception that leaves a command."""

    @pytest.mark.parametrize(
        "error",
        [
            requests.HTTPError("412"),
            httpx.HTTPError("412"),
            ValueError("412"),
            OSError(errno.EACCES, "412"),
        ],
        ids=lambda one: type(one).__name__,
    )
    def test_it_comes_out(self, made: Callable[..., Any], error: Exception) -> None:
        def action() -> None:
            raise error

        with pytest.raises(type(error)) as caught:
            run(made(action))
        assert caught.value is error, (CLICK, TYPER)

    @pytest.mark.parametrize("error", [KeyboardInterrupt(), EOFError(), BrokenPipeError(errno.EPIPE, "gone")])
    def test_these_end_the_program_without_it(
        self, made: Callable[..., Any], error: BaseException, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        # They are wrapped once the reader is gone.
        monkeypatch.setattr(sys, "stdout", sys.stdout)
        monkeypatch.setattr(sys, "stderr", sys.stderr)

        def action() -> None:
            raise error

        assert run(made(action)) in {1, 130}, (CLICK, TYPER)


@pytest.mark.parametrize(
    ("made", "error"),
    [
        (of_click, click.ClickException("412")),
        (of_click_group, click.Abort()),
        (of_typer, typer.BadParameter("412")),
        (of_typer, typer.Abort()),
        (of_typer, typer.Exit(1)),
    ],
)
def test_own_exceptions_end_the_program(made: Callable[..., Any], error: Exception) -> None:
    def action() -> None:
        raise error

    assert run(made(action)) in {1, 2}, (CLICK, TYPER)


def parameters(kind: type) -> str:
    """What the constructor of a class takes, without the annotations."""
    signature = inspect.signature(kind)
    bare = [one.replace(annotation=inspect.Parameter.empty) for one in signature.parameters.values()]
    return str(signature.replace(parameters=bare, return_annotation=inspect.Signature.empty))


DEFINING = [attr.define, attr.frozen, attr.mutable, attrs.define, attrs.frozen, attrs.mutable, attr.dataclass]


class TestAttrs:
    """What the constructor takes that attrs writes."""

    @pytest.mark.parametrize("define", DEFINING)
    def test_names_in_order(self, define: Callable[[type], type]) -> None:
        class Plain:
            plain: int
            _private: int
            __own: int = 1
            shared: typing.ClassVar[int] = 2

        assert parameters(define(Plain)) == "(plain, private, Plain__own=1)", ATTRS

    @pytest.mark.parametrize("field", [attr.field, attrs.field, attr.ib, attr.attrib])
    def test_what_a_field_says(self, field: Callable[..., Any]) -> None:
        @attrs.define
        class Said:
            first: int = field()
            _other: int = field(default=1, alias="another")
            left_out: list[int] = field(init=False, factory=list)  # noqa: RUF009
            named: int = field(default=2, kw_only=True)

        assert parameters(Said) == "(first, another=1, *, named=2)", ATTRS
        said = Said(0)
        assert (said.first, said._other, said.left_out, said.named) == (0, 1, [], 2), ATTRS

    @pytest.mark.parametrize("factory", [attr.Factory, attrs.Factory])
    def test_a_factory_is_called(self, factory: Callable[..., Any]) -> None:
        @attrs.define
        class Made:
            plain: list[int] = factory(list)  # noqa: RUF009
            told: list[int] = attrs.field(default=factory(list))

        one, other = Made(), Made()
        assert (one.plain, one.told) == ([], []), ATTRS
        assert one.plain is not other.plain, ATTRS

    def test_a_converter_has_the_last_word(self) -> None:
        @attrs.define
        class Converted:
            status: Any = attrs.field(converter=str)

        assert Converted(412).status == "412", ATTRS

    def test_what_is_told_anew_comes_last(self) -> None:
        @attrs.define
        class Base:
            first: int = 1
            second: int = 2

        @attrs.define
        class Derived(Base):
            first: int = 3

        assert parameters(Derived) == "(second=2, first=3)", ATTRS

    def test_names_of_a_whole_class_by_keyword(self) -> None:
        @attrs.define(kw_only=True)
        class Base:
            first: int

        @attrs.define
        class Derived(Base):
            second: int

        assert parameters(Derived) == "(second, *, first)", ATTRS

    @pytest.mark.parametrize("define", [attr.s, attr.attrs, *DEFINING[:6]])
    def test_beside_a_field_without_annotation_others_are_none(self, define: Callable[[type], type]) -> None:
        class Mixed:
            annotated: int = 1
            told: int = attr.ib(default=2)
            bare = attr.ib(default=3)

        assert parameters(define(Mixed)) == "(told=2, bare=3)", ATTRS

    @pytest.mark.parametrize("define", [attr.s, attr.attrs])
    def test_the_first_decorators_take_fields_alone(self, define: Callable[..., Any]) -> None:
        class Old:
            annotated: int = 1

        assert parameters(define(Old)) == "()", ATTRS
        assert parameters(define(auto_attribs=True)(Old)) == "(annotated=1)", ATTRS


class TestDataclasses:
    """Where their constructors differ from those of attrs, and where they do not."""

    def test_what_is_told_anew_keeps_its_place(self) -> None:
        @dataclasses.dataclass
        class Base:
            first: int = 1
            second: int = 2

        @dataclasses.dataclass
        class Derived(Base):
            first: int = 3
            __own: int = 4

        assert parameters(Derived) == "(first=3, second=2, _Derived__own=4)"

    def test_names_by_keyword(self) -> None:
        @dataclasses.dataclass
        class Below:
            first: int
            _: dataclasses.KW_ONLY
            second: int = 1

        @dataclasses.dataclass(kw_only=True)
        class Whole(Below):
            third: int = 2

        @dataclasses.dataclass
        class Derived(Whole):
            fourth: int

        assert parameters(Derived) == "(first, fourth, *, second=1, third=2)"


def in_another_thread(response: object, fails: bool = False) -> tuple[object, bool]:
    if fails:
        raise requests.HTTPError(response)
    return response, threading.current_thread() is threading.main_thread()


IN_THREADS = [
    starlette.concurrency.run_in_threadpool,
    fastapi.concurrency.run_in_threadpool,
    anyio.to_thread.run_sync,
    lambda function, *arguments: asgiref.sync.sync_to_async(function)(*arguments),
]


class TestThreads:
    """What a function that is run in a thread returns or raises."""

    @pytest.mark.parametrize("handed", IN_THREADS, ids=lambda one: one.__module__)
    def test_it_is_waited_for(self, handed: Callable[..., Any]) -> None:
        async def ask(*arguments: object) -> object:
            return await handed(in_another_thread, *arguments)

        assert asyncio.run(ask("response")) == ("response", False), THREADS
        with pytest.raises(requests.HTTPError):
            asyncio.run(ask("response", True))

    @pytest.mark.parametrize("handed", IN_THREADS[:2], ids=lambda one: one.__module__)
    def test_keywords_are_handed_over(self, handed: Callable[..., Any]) -> None:
        async def ask() -> object:
            return await handed(in_another_thread, response="response")

        assert asyncio.run(ask()) == ("response", False), THREADS

    def test_keywords_of_anyio_are_its_own(self) -> None:
        async def ask() -> object:
            run_sync: Callable[..., Any] = anyio.to_thread.run_sync
            return await run_sync(in_another_thread, response="response")

        with pytest.raises(TypeError, match="response"):
            asyncio.run(ask())

    def test_a_coroutine_is_waited_for(self) -> None:
        async def ask(response: object) -> object:
            return response

        assert asgiref.sync.async_to_sync(ask)("response") == "response", ASGIREF
