"""The rewrite of OCS101 as a codemod that anybody would write, for ``libcst.tool codemod -x plain_codemod.NameStatus``.

It looks at comparisons with an attribute or a name that says status, and at keywords. Every file is parsed and visited,
and the import is added by libcst's own visitor.
"""

from __future__ import annotations

from http import HTTPStatus

import libcst
from libcst import matchers
from libcst.codemod import CodemodContext, VisitorBasedCodemodCommand
from libcst.codemod.visitors import AddImportsVisitor
from libcst.metadata import ParentNodeProvider, QualifiedNameProvider

STATUS_NAMES = {"status", "status_code", "code", "status_int"}
TELLS_STATUS = matchers.MatchRegex("|".join(sorted(STATUS_NAMES)))
STATUS = matchers.Attribute(attr=matchers.Name(TELLS_STATUS)) | matchers.Name(TELLS_STATUS)


class NameStatus(VisitorBasedCodemodCommand):
    """Replace numbers that are statuses by members of HTTPStatus."""

    DESCRIPTION = "Name HTTP statuses."
    METADATA_DEPENDENCIES = (ParentNodeProvider, QualifiedNameProvider)

    def __init__(self, context: CodemodContext) -> None:
        super().__init__(context)

    def leave_Integer(  # noqa: N802 - libcst names it
        self, original_node: libcst.Integer, updated_node: libcst.Integer
    ) -> libcst.BaseExpression:
        """The constant in the place of a number, where a status belongs there."""
        try:
            status = HTTPStatus(original_node.evaluated_value)
        except ValueError:
            return updated_node
        if not self._is_status(original_node):
            return updated_node
        AddImportsVisitor.add_needed_import(self.context, "http", "HTTPStatus")
        return libcst.Attribute(libcst.Name("HTTPStatus"), libcst.Name(status.name))

    def _is_status(self, node: libcst.Integer) -> bool:
        parent = self.get_metadata(ParentNodeProvider, node)
        if isinstance(parent, libcst.ComparisonTarget):
            parent = self.get_metadata(ParentNodeProvider, parent)
        if isinstance(parent, libcst.Comparison):
            sides = [parent.left, *(target.comparator for target in parent.comparisons)]
            return any(matchers.matches(side, STATUS) for side in sides)
        if isinstance(parent, libcst.Arg) and parent.keyword is not None:
            return parent.keyword.value in STATUS_NAMES
        return False
