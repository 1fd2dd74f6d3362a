"""What well-known functions give back: builtins, and the calls that only write a log."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from flake8_ocs_status.catalogue.templates import HOLE
from flake8_ocs_status.fate.exchange.addresses import PATH_CLASSES, URL_CLASSES, address_of, below, joined_path, path_of
from flake8_ocs_status.fate.policies.catching import Catch, catches
from flake8_ocs_status.fate.policies.transport_policies import policy_of_symbol
from flake8_ocs_status.fate.values import (
    UNKNOWN,
    About,
    Choice,
    Class,
    Interval,
    Items,
    Known,
    Object,
    OtherResponse,
    Partial,
    Raised,
    Response,
    Several,
    Suppressor,
    Symbol,
    Table,
    Text,
    Unknown,
    Value,
)
from flake8_ocs_status.fate.values.aggregates import LARGEST, SMALLEST, extreme, total
from flake8_ocs_status.fate.values.elements import element_of
from flake8_ocs_status.fate.values.formats import dollar_format
from flake8_ocs_status.fate.values.knowledge import about, alternatives, choice, unknown_from
from flake8_ocs_status.fate.values.operators import verdict
from flake8_ocs_status.fate.values.searches import found_by
from flake8_ocs_status.fate.values.texts import is_text
from flake8_ocs_status.fate.values.truths import truth
from flake8_ocs_status.transport.clients import HTTPX, RESPONSE_CLASSES
from flake8_ocs_status.transport.exceptions import ancestors

if TYPE_CHECKING:
    from flake8_ocs_status.fate.executor.expressions import Expressions

LOG_METHODS = frozenset(
    {"debug", "info", "warning", "warn", "error", "exception", "critical", "log", "print", "trace", "success", "msg"}
)
LOG_RECEIVERS = ("log", "console")
# What is called like this and is not in sight writes a log; ``math.log`` is, and takes no status.
LOG_FUNCTIONS = frozenset({"log", "_log", "write_log", "log_message"})
COLLECTIONS = frozenset(
    [f"builtins.{name}" for name in ("list", "tuple", "set", "frozenset", "sorted")] + ["collections.deque"]
)
# Functions that only compute: nothing leaves our sight through them.
PURE = frozenset(
    [f"builtins.{name}" for name in (
        "abs", "min", "max", "sum", "any", "all", "enumerate", "zip", "reversed", "iter", "next", "hash", "id", "type",
        "bytes", "float", "round", "callable", "hasattr", "format", "ascii", "divmod", "filter", "map",
    )]
    + [
        "time.sleep", "time.time", "time.monotonic", "asyncio.sleep", "random.uniform", "random.random",
        "random.randint", "urllib.parse.quote", "urllib.parse.quote_plus",
        "copy.copy", "copy.deepcopy", "datetime.datetime.now", "datetime.datetime.utcnow", "uuid.uuid4", "os.getenv",
        "os.environ.get",
    ]
)  # fmt: skip

PATHS = frozenset({"posixpath.join", "os.path.join"})
SUBSTITUTES = frozenset({"string.Template.substitute", "string.Template.safe_substitute"})
QUOTING = frozenset({"urllib.parse.quote", "urllib.parse.quote_plus", "requests.utils.quote"})
# What quoting leaves as it is.
PLAIN = re.compile(r"[A-Za-z0-9_.~-]*")
TEXTS = frozenset({"urllib.parse.urlencode", "json.dumps"})

EXCEPTION_ENDINGS = ("Error", "Exception")


def exception_from(
    kind: str | ast.ClassDef | None,
    arguments: Sequence[Value],
    keywords: Mapping[str | None, Value],
    carried: Sequence[Value] = (),
) -> Raised:
    """A new exception of this class, made with these arguments: it carries what it is given, and ``carried``, which is
    what objects among that hold."""
    library = None
    values = [*arguments, *keywords.values(), *carried]
    for value in values:
        for one in alternatives(value):
            if isinstance(one, (Response, Raised)) and one.library is not None:
                library = one.library
    level = max(map(about, values), default=About.NOTHING)
    if None in keywords:
        return Raised(kind, level, library)
    rest = Unknown(level) if level else UNKNOWN
    named = tuple((name, _kept_in_error(value, rest)) for name, value in keywords.items() if name is not None)
    positional = tuple(_kept_in_error(value, rest) for value in arguments)
    return Raised(kind, level, library, arguments=positional, keywords=named)


def _kept_in_error(value: Value, rest: Value) -> Value:
    """What is known of a value that an exception is given: ``rest`` where it can change until it is read."""
    if isinstance(value, Choice):
        return choice(_kept_in_error(one, rest) for one in value.values)
    lasts = isinstance(value, (Known, Text, Unknown, Response, OtherResponse, Raised, Symbol))
    return value if lasts else rest


def is_logging(node: ast.Call) -> bool:
    """Whether a call of something unknown plainly writes a log: ``self._logger.warning(…)``, ``log_warning(…)``."""
    function = node.func
    if isinstance(function, ast.Name):
        is_named = function.id.startswith("log_") and function.id.removeprefix("log_") in LOG_METHODS
        return is_named or function.id in LOG_FUNCTIONS
    if not isinstance(function, ast.Attribute):
        return False
    if function.attr in LOG_FUNCTIONS:
        # self.log(f"got {response.status_code}")
        return True
    if function.attr not in LOG_METHODS:
        return False
    receiver = function.value
    if isinstance(receiver, ast.Call):
        receiver = receiver.func
    name = (
        receiver.attr if isinstance(receiver, ast.Attribute) else receiver.id if isinstance(receiver, ast.Name) else ""
    )
    return any(word in name.lower() for word in LOG_RECEIVERS)


def model_of_symbol(
    path: str, arguments: Sequence[Value], keywords: Mapping[str | None, Value], node: ast.Call, run: Expressions
) -> Value | None:
    """The result of calling the function at a dotted path, None when it is not modelled."""
    first = arguments[0] if arguments else None
    policy = policy_of_symbol(path, arguments, keywords, node)
    if policy is not None:
        return policy
    if path == "functools.partial" and first is not None:
        return Partial(first, tuple(arguments[1:]), tuple(keywords.items()))
    if path == "contextlib.suppress":
        return Suppressor(tuple(arguments))
    if path == "pytest.raises":
        # What it swallows, it shows.
        return Suppressor((*arguments, UNKNOWN))
    if path == "builtins.range" and arguments:
        numbers = [item.value for item in arguments if isinstance(item, Known) and type(item.value) is int]
        if len(numbers) == len(arguments) <= 3 and (len(numbers) < 3 or numbers[2] != 0):
            bounds = range(*numbers)
            return Interval(bounds.start, bounds.stop, bounds.step)
        return unknown_from(*arguments)
    if path == "builtins.dict":
        if not arguments and None not in keywords:
            return Table(tuple((Known(name), value) for name, value in keywords.items()))
        if isinstance(first, Table) and len(arguments) == 1 and None not in keywords:
            return Table(
                first.entries + tuple((Known(name), value) for name, value in keywords.items()), first.complete
            )
        return Table(tuple((Known(name), value) for name, value in keywords.items() if name), complete=False)
    if path == "collections.OrderedDict" and not arguments and not keywords:
        return Table(())
    if path in COLLECTIONS and not keywords.keys() & {"maxlen"} and len(arguments) < 2:
        if first is None:
            return Items(())
        if isinstance(first, (Items, Several)):
            # Another list, with the same in it.
            return replace(first, place=None)
        return first if isinstance(first, Interval) else unknown_from(first)
    if isinstance(first, Items) and not first.values:
        if path == "builtins.sum":
            return Known(0, first.told)
        if path == "builtins.next" and len(arguments) > 1:
            return arguments[1]
    if isinstance(first, Several) or (isinstance(first, Items) and first.values):
        made = _of_several(path, arguments, run)
        if made is not None:
            return made
    if path in {"itertools.chain", "itertools.chain.from_iterable"} and not keywords:
        return _chained(arguments if path == "itertools.chain" else first)
    if first is not None and len(arguments) == 1 and not keywords:
        converted = _conversion(path, first, run)
        if converted is not None:
            return converted
    if path == "builtins.isinstance" and len(arguments) == 2:
        return is_instance(arguments[0], arguments[1], run)
    if path == "urllib.parse.urljoin" and len(arguments) == 2:
        return below(arguments[0], arguments[1], joins=True) if is_text(arguments[1]) else UNKNOWN
    if path.startswith("re."):
        found = found_by(path, arguments, keywords)
        if found is not None:
            if run.fate is not None and max(map(about, arguments), default=About.NOTHING) >= About.DECISION:
                run.fate.told_apart = True
            return found
    if path in URL_CLASSES:
        return address_of(arguments, keywords)
    if path in PATHS and arguments:
        return joined_path(arguments)
    if path in PATH_CLASSES and first is not None and is_text(first):
        return path_of(arguments)
    if path == "string.Template" and first is not None:
        return Partial(Symbol(path), (first,), ())
    if path in SUBSTITUTES and first is not None:
        return dollar_format(first, arguments[1] if len(arguments) > 1 else Table(()), keywords)
    if ancestors(path) is not None or path.endswith(EXCEPTION_ENDINGS):
        return exception_from(path, arguments, keywords)
    if path in QUOTING and isinstance(first, Known) and PLAIN.fullmatch(str(first.value)):
        return first
    if path in TEXTS:
        # Certainly a text, whatever is in it.
        return Text((HOLE,), max(map(about, [*arguments, *keywords.values()]), default=About.NOTHING))
    if path in {LARGEST, SMALLEST} and (chosen := extreme(path, arguments, keywords)) is not None:
        return chosen
    if path == "builtins.sum" and len(arguments) == 1 and (added := total(arguments[0])) is not None:
        return added
    if path in PURE:
        return unknown_from(*arguments, *keywords.values())
    return None


def _conversion(path: str, value: Value, run: Expressions) -> Value | None:
    """``int(value)``, ``str(value)``, ``bool(value)``, ``len(value)``, ``HTTPStatus(value)``."""
    if path == "builtins.str":
        return run.text_of_value(value)
    if path == "builtins.repr":
        return unknown_from(value)
    if path == "builtins.bool":
        answer = run.truth_of(value)
        return verdict(answer, value)
    if path == "builtins.len":
        if isinstance(value, Known) and isinstance(value.value, (str, bytes)):
            return Known(len(value.value), value.about)
        if isinstance(value, Several):
            return Unknown(value.told) if value.told else UNKNOWN
        return Known(len(value.values), value.told) if isinstance(value, Items) else unknown_from(value)
    if path == "builtins.int":
        if isinstance(value, Known) and isinstance(value.value, (int, str)):
            try:
                return Known(int(value.value), value.about)
            except ValueError:
                return UNKNOWN
        return unknown_from(value)
    if path in {"http.HTTPStatus", "httpx.codes"}:
        return value if isinstance(value, Known) else unknown_from(value)
    if path.startswith("httpx.codes.is_") and isinstance(value, Known) and isinstance(value.value, int):
        test = HTTPX.tests.get(path.removeprefix("httpx.codes."))
        return None if test is None else Known(test(value.value), min(value.about, About.DECISION))
    return None


_COLLECTIONS = (list, tuple, set, frozenset)
_PLAIN_CLASSES = (bool, int, float, str, bytes, dict, *_COLLECTIONS)
_BUILTIN_CLASSES: dict[str, type] = {f"builtins.{plain.__name__}": plain for plain in _PLAIN_CLASSES}


def is_instance(value: Value, kind: Value, run: Expressions) -> Value:
    """``isinstance(value, kind)``."""
    if isinstance(value, Raised) and value.kind is not None:
        caught = catches(kind, value, run.world.ancestry)
        return UNKNOWN if caught is Catch.MAYBE else Known(caught is Catch.YES)
    if isinstance(value, (Response, OtherResponse)) and isinstance(kind, Symbol):
        library = RESPONSE_CLASSES.get(kind.path)
        if library is not None:
            return Known(library is value.library)
    if isinstance(value, Known) and value.value is None:
        return Known(False)
    if isinstance(value, Object) and isinstance(kind, (Class, Items)):
        return verdict(is_instance_of(value, kind, run))
    answers = {_is_of_builtin(one, kind) for one in alternatives(value)}
    answer = None if None in answers or len(answers) != 1 else answers.pop()
    return UNKNOWN if answer is None else Known(answer)


def _is_of_builtin(value: Value, kind: Value) -> bool | None:
    """Whether a plain value is an instance of one of Python's own classes, or of one of several."""
    if isinstance(kind, Items):
        answers = {_is_of_builtin(value, one) for one in kind.values}
        return True if True in answers else None if None in answers else False
    wanted = _BUILTIN_CLASSES.get(kind.path) if isinstance(kind, Symbol) else None
    if wanted is None:
        return None
    if isinstance(value, Known):
        return isinstance(value.value, wanted)
    if isinstance(value, Text):
        return wanted is str
    if isinstance(value, (Items, Several)):
        # A list or a tuple or a set, but nothing else.
        return None if wanted in _COLLECTIONS else False
    return None


def _of_several(path: str, arguments: Sequence[Value], run: Expressions) -> Value | None:
    """What goes through a collection and gives another one, or one of its elements."""
    first = arguments[0]
    if path in {"builtins.enumerate", "builtins.zip"}:
        elements = tuple(map(element_of, arguments))
        return Several(Items((UNKNOWN, *elements[:1]) if path == "builtins.enumerate" else elements))
    if path == "builtins.next" and isinstance(first, Items):
        return first.values[0]
    if path == "concurrent.futures.as_completed" and isinstance(first, Items):
        return first if len(first.values) == 1 else Several(element_of(first), certain=True, told=first.told)
    if path == "builtins.reversed" and isinstance(first, Items):
        return Items(first.values[::-1], first.told)
    if path == "builtins.reversed" and isinstance(first, Interval):
        backwards = first.range[::-1]
        return Interval(backwards.start, backwards.stop, backwards.step)
    if path in {"builtins.any", "builtins.all"} and isinstance(first, Items):
        answers = {run.truth_of(one) for one in first.values}
        decisive = path.endswith("any")
        answer = decisive if decisive in answers else None if None in answers else not decisive
        return verdict(answer, first, *first.values)
    if not isinstance(first, Several):
        return None
    if path in {"builtins.iter", "builtins.reversed", "concurrent.futures.as_completed"}:
        return first
    if path == "builtins.next":
        return first.element
    if path in {"builtins.any", "builtins.all"}:
        answer = run.truth_of(first.element)
        # The answer in focus is one of those that the elements come of.
        settled = answer is path.endswith("any") if not first.certain else None
        return verdict(None if settled else answer, first)
    return None


def is_instance_of(value: Object, kind: Value, run: Expressions) -> bool | None:
    """Whether an object is an instance of a class of the project, or of one of several."""
    if isinstance(kind, Items):
        answers = {is_instance_of(value, one, run) for one in kind.values}
        return True if True in answers else None if None in answers else False
    if not isinstance(kind, Class) or not isinstance(value.kind, ast.ClassDef):
        return None
    home = run.world.home_of(value.kind)
    if kind.node in home.lineage(value.kind):
        return True
    # The object under study may be one of a subclass.
    return None if value == home.instance_under_study(value.kind) else False


def _chained(parts: Sequence[Value] | Value | None) -> Value | None:
    """``itertools.chain(*parts)``, where all of them are in sight."""
    several = parts.values if isinstance(parts, Items) else parts
    if not isinstance(several, Sequence) or not all(isinstance(one, (Items, Several)) for one in several):
        return None
    if all(isinstance(one, Items) for one in several):
        return Items(tuple(value for one in several if isinstance(one, Items) for value in one.values))
    elements = [element_of(one) for one in several if not (isinstance(one, Items) and not one.values)]
    certain = any(truth(one, None) for one in several)
    told = max((one.told for one in several if isinstance(one, (Items, Several))), default=About.NOTHING)
    return Several(choice(elements), certain, told)
