"""Where an integer, a range or a text stands for an HTTP status."""
