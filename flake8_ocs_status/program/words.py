"""Words whose presence in a source says that it may matter: a look that costs a hundredth of parsing."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """Words in small letters. Each has one of the ``stems`` in it, where there are any: they are fewer, and looked for
    first."""

    words: tuple[str, ...]
    stems: tuple[str, ...] = ()

    def stand_in(self, folded: str) -> bool:
        """Whether a source, in small letters, has one of the words."""
        if self.stems and not any(stem in folded for stem in self.stems):
            return False
        return any(word in folded for word in self.words)

    def may_stand_in(self, content: bytes) -> bool:
        """Whether a source may have one of the words: told by its bytes, of which those of ASCII are in small letters.

        Python reads sources only in encodings that write ASCII as it is.
        """
        return any(not word.isascii() or word.encode() in content for word in self.stems or self.words)

    def with_others(self, others: tuple[str, ...]) -> Words:
        """These words and some more."""
        if not others:
            return self
        return Words((*self.words, *others), (*self.stems, *others) if self.stems else ())
