"""What only shows people what it is given: loggers, and what writes on a terminal or into a notebook, as tables.

Sources: the documented interfaces of logging in CPython 3.13, structlog 25, loguru 0.7, click 8, typer, rich, tqdm.
"""

from __future__ import annotations

# Stands for a logger, whatever library made it.
LOGGER = "logging.Logger"

# What begins the dotted path of a function that shows something.
_BEGINNINGS = ("logging.", "builtins.print", "warnings.warn", "traceback.", "pprint.", "loguru.logger.", "structlog.")
_FUNCTIONS = frozenset(
    {
        "IPython.display.display",
        "click.echo",
        "click.echo_via_pager",
        "click.secho",
        "rich.inspect",
        "rich.print",
        "rich.print_json",
        "streamlit.write",
        "sys.stderr.flush",
        "sys.stderr.write",
        "sys.stdout.flush",
        "sys.stdout.write",
        "tqdm.auto.tqdm.write",
        "tqdm.tqdm.write",
        "typer.echo",
        "typer.secho",
    }
)
# What makes something that shows what it is given, by its last name, where the whole path shows …
_MAKING = frozenset({"getLogger", "get_logger", "getChild", "bind", "unbind", "try_unbind", "new", "opt", "patch"})
# … or by the whole path.
_MAKERS = frozenset({"rich.console.Console", "rich.get_console", "logging.LoggerAdapter"})


def shows(path: str) -> bool:
    """Whether the function at a dotted path shows what it is given, or makes what does, and decides nothing."""
    return path.startswith(_BEGINNINGS) or path in _FUNCTIONS or path in _MAKERS


def makes_logger(path: str) -> bool:
    """Whether such a function gives something that is a logger to those who use it."""
    return path in _MAKERS or path.rpartition(".")[2] in _MAKING
