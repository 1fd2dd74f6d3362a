"""Words whose presence in a source says that it may matter: a look that costs a hundredth of parsing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flake8_ocs_status.program.outlines import Outline


@dataclass(frozen=True)
class Words:
    """Words in small letters. Each has one of the ``stems`` in it, where there are any: they are fewer, and looked for
    first.

    ``spelt`` count only as they are spelt here. ``common`` stand in other sources, too, and count only where one of
    their ``company`` stands in the same source.
    """

    words: tuple[str, ...]
    stems: tuple[str, ...] = ()
    spelt: tuple[str, ...] = ()
    common: tuple[str, ...] = ()
    company: tuple[str, ...] = ()

    def stand_in(self, source: str, folded: str) -> bool:
        """Whether a source has one of the words; ``folded`` is the same in small letters."""
        return any(
            any(word in folded for word in found.words)
            or any(word in source for word in found.spelt)
            or (any(word in folded for word in found.common) and any(word in folded for word in self.company))
            for stem, found in self._by_stem
            if stem in folded
        )

    @cached_property
    def _by_stem(self) -> tuple[tuple[str, Words], ...]:
        """The words that each stem has to do with; without stems, all of them."""

        def of(stem: str, words: tuple[str, ...]) -> tuple[str, ...]:
            return tuple(word for word in words if stem in word.lower())

        return tuple(
            (stem, Words(of(stem, self.words), (), of(stem, self.spelt), of(stem, self.common)))
            for stem in self.stems or ("",)
        )

    def count_in(self, outline: Outline) -> bool:
        """Whether a file counts as one that has the words."""
        return self.stand_in(outline.source, outline.folded)

    def may_stand_in(self, content: bytes) -> bool:
        """Whether a source may have one of the words: told by its bytes, of which those of ASCII are in small letters.

        Python reads sources only in encodings that write ASCII as it is.
        """
        return any(stem in content for stem in self._stems_in_bytes)

    @cached_property
    def _stems_in_bytes(self) -> tuple[bytes, ...]:
        """The stems as they stand in every encoding; a stem that has none such may stand anywhere."""
        stems = self.stems or (*self.words, *map(str.lower, (*self.spelt, *self.common)))
        return tuple(stem.encode() if stem.isascii() else b"" for stem in stems)

    def with_others(self, others: tuple[str, ...]) -> Words:
        """These words and some more."""
        if not others:
            return self
        return replace(self, words=(*self.words, *others), stems=(*self.stems, *others) if self.stems else ())
