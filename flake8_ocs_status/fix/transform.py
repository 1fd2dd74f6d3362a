"""libcst decides: is this place what the rule took it for, and where exactly does it stand?

Only a file that is about to change gets here, so only then is libcst imported. A few statements that Python can parse
libcst (1.9) cannot, such as ``(x): int = 1``: there the tree decides alone, about literals and calls.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Sequence

import libcst
from libcst.metadata import ByteSpanPositionProvider, MetadataWrapper

from flake8_ocs_status.findings import CallIt, NameStatus, ReplaceOperator, Replacing, Span
from flake8_ocs_status.fix.edits import Edit, insertion, replacement
from flake8_ocs_status.fix.pieces import Piece, Pieces, whole
from flake8_ocs_status.fix.problems import RefusedError
from flake8_ocs_status.fix.source import Source

OPERATORS = ("not in", "is not", "==", "!=", "<=", ">=", "<", ">", "in", "is")


class Transform:
    """The edits of one file; each piece of it is parsed once."""

    def __init__(self, source: Source, tree: ast.Module) -> None:
        self._source = source
        self._pieces = Pieces(tree, source)
        self._parsed: dict[Piece, _Parsed | None] = {}

    def edits_for(self, step: Replacing, text: str) -> list[Edit]:
        """The edits that carry out one step; ``text`` is the constant for a NameStatus.

        Raises RefusedError where libcst sees something else than the step expects, or cannot parse what would have to
        be looked at.
        """
        found = self._piece(step.span)
        if found is None:
            return [self._without_libcst(step, text)]
        piece, parsed = found
        start = piece.start(self._source, step.span.line, step.span.byte_column)
        end = piece.start(self._source, step.span.end_line, step.span.end_byte_column)
        nodes = parsed.nodes_at(start, end)
        if isinstance(step, NameStatus):
            return [self._name(step, nodes, parsed.text[start:end].decode("utf-8"), text)]
        if isinstance(step, CallIt):
            attributes = [node for node in nodes if isinstance(node, libcst.Attribute)]
            if not attributes or attributes[0].attr.value != "raise_for_status":
                raise RefusedError("not an attribute that can be called here")
            return [insertion(step.span.end_line, step.span.end_byte_column, "()")]
        return [self._operator(step, piece, parsed, nodes)]

    def _name(self, step: NameStatus, nodes: Sequence[libcst.CSTNode], old: str, new: str) -> Edit:
        for node in nodes:
            if isinstance(node, (libcst.Integer, libcst.Float)):
                if node.evaluated_value == step.status:
                    return replacement(self._source, step.span, old, new)
            elif isinstance(node, libcst.SimpleString):
                if isinstance(node.evaluated_value, str) and "\n" not in old:
                    return replacement(self._source, step.span, old, new)
            elif isinstance(node, (libcst.Attribute, libcst.Name)) and "\n" not in old and "#" not in old:
                return replacement(self._source, step.span, old, new)
        raise RefusedError("not a literal of this status here")

    def _operator(self, step: ReplaceOperator, piece: Piece, parsed: _Parsed, nodes: Sequence[libcst.CSTNode]) -> Edit:
        comparison = next((node for node in nodes if isinstance(node, libcst.Comparison)), None)
        if comparison is None or step.index >= len(comparison.comparisons):
            raise RefusedError("not a comparison here")
        start, end = parsed.span_of(comparison.comparisons[step.index].operator)
        old = parsed.text[start:end].decode("utf-8")
        if " ".join(old.split()) not in OPERATORS or "\n" in old:
            raise RefusedError("a comment or a line end inside the operator")
        line, column = _position(parsed.text, start)
        line += piece.first - 1 - piece.indented
        return replacement(self._source, Span(line, column, line, column + end - start), old, step.operator)

    def _without_libcst(self, step: Replacing, new: str) -> Edit:
        """The edit where Python's tree alone says enough: of a literal, whose span it knows, and after an expression.

        Whether it was right is seen afterwards: the edited file's tree is compared.
        """
        span = step.span
        if isinstance(step, CallIt):
            return insertion(span.end_line, span.end_byte_column, "()")
        if isinstance(step, NameStatus) and span.line == span.end_line:
            line = self._source.lines[span.line - 1].encode("utf-8")
            old = line[span.byte_column : span.end_byte_column].decode("utf-8", "replace")
            if _is_literal(old, step.status):
                return replacement(self._source, span, old, new)
        raise RefusedError("libcst cannot parse what Python can")

    def _piece(self, span: Span) -> tuple[Piece, _Parsed] | None:
        """The smallest piece around a span that libcst can parse, None where it cannot parse the whole file either."""
        lines = self._source.lines
        for candidate in (self._pieces.around(span.line, span.end_line), whole(lines)):
            if candidate not in self._parsed:
                try:
                    self._parsed[candidate] = _Parsed(candidate.text(lines))
                except (libcst.ParserSyntaxError, _OtherTextError):
                    self._parsed[candidate] = None
                except (RecursionError, KeyError) as error:
                    if not _is_too_deep(error):
                        raise
                    raise RefusedError("nested too deeply for libcst") from None
            parsed = self._parsed[candidate]
            if parsed is not None:
                return candidate, parsed
        return None


def _is_too_deep(error: BaseException | None) -> bool:
    """Whether the stack has run out. On the way back from there the span provider of libcst 1.9 looks for places that
    it has not got to, and raises KeyError."""
    while error is not None and not isinstance(error, RecursionError):
        error = error.__context__
    return error is not None


class _OtherTextError(Exception):
    """libcst would write something else than what it has read, in more than white space."""


class _Parsed:
    """One parsed piece: its nodes by their place in the UTF-8 bytes of ``text``."""

    def __init__(self, text: str) -> None:
        self.text = text.encode("utf-8")
        module = libcst.parse_module(text)
        spans = MetadataWrapper(module, unsafe_skip_copy=True).resolve(ByteSpanPositionProvider)
        # libcst gives places in the code that it would write. Where that is not the code that it has read, the two
        # differ in white space between tokens, so a place is found again by what stands before it without that.
        written = module.code.encode("utf-8")
        same = written == self.text
        places = range(len(written) + 1) if same else _aligned(written, self.text)
        self._spans: dict[libcst.CSTNode, tuple[int, int]] = {}
        self._nodes: defaultdict[tuple[int, int], list[libcst.CSTNode]] = defaultdict(list)
        for node, span in spans.items():
            if span.length:
                place = places[span.start], places[span.start + span.length - 1] + 1
                self._spans[node] = place
                self._nodes[place].append(node)

    def nodes_at(self, start: int, end: int) -> Sequence[libcst.CSTNode]:
        """The nodes that take exactly these bytes."""
        return self._nodes.get((start, end), ())

    def span_of(self, node: libcst.CSTNode) -> tuple[int, int]:
        """Start and end of a node, without the white space around it."""
        start, end = self._spans[node]
        text = self.text[start:end]
        return end - len(text.lstrip()), start + len(text.rstrip())


def _aligned(written: bytes, read: bytes) -> list[int]:
    """For each byte of ``written`` that is not white space its place in ``read``; for the others that of the next."""
    solid = [place for place, byte in enumerate(read) if not _is_space(byte)]
    places = []
    count = 0
    for byte in written:
        places.append(solid[count] if count < len(solid) else len(read))
        if not _is_space(byte):
            if count >= len(solid) or read[solid[count]] != byte:
                raise _OtherTextError
            count += 1
    return [*places, len(read)]


def _is_space(byte: int) -> bool:
    return byte in b" \t\n\r\f\v"


def _position(text: bytes, offset: int) -> tuple[int, int]:
    """Line from 1 and column of a place in the bytes of a text."""
    return text.count(b"\n", 0, offset) + 1, offset - (text.rfind(b"\n", 0, offset) + 1)


def _is_literal(text: str, status: int) -> bool:
    """Whether a text is one literal on one line: of this number, or of a text."""
    try:
        value = ast.literal_eval(text)
    except (SyntaxError, ValueError):
        return False
    return value == status if type(value) is int else isinstance(value, str)
