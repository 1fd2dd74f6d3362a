"""The abstract executor: what a function does with one answer, statement by statement."""
