"""Requests, and their answers: where they go, what they ask for, what answers are worth."""
