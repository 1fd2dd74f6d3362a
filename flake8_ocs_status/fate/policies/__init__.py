"""Retry policies, as the calls that make them say."""
