"""Words whose presence in a source says that it may matter: a look that costs a hundredth of parsing."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
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
        if self.stems and not any(stem in folded for stem in self.stems):
            return False
        return (
            any(word in folded for word in self.words)
            or any(word in source for word in self.spelt)
            or (any(word in folded for word in self.common) and any(word in folded for word in self.company))
        )

    def may_stand_in(self, content: bytes) -> bool:
        """Whether a source may have one of the words: told by its bytes, of which those of ASCII are in small letters.

        Python reads sources only in encodings that write ASCII as it is.
        """
        return any(
            not word.isascii() or word.lower().encode() in content
            for word in self.stems or (*self.words, *self.spelt, *self.common)
        )

    def with_others(self, others: tuple[str, ...]) -> Words:
        """These words and some more."""
        if not others:
            return self
        return replace(self, words=(*self.words, *others), stems=(*self.stems, *others) if self.stems else ())
