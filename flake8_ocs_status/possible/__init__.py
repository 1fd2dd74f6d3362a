"""The statuses that are possible at each point of a function, and the tests that they leave nothing to decide."""
