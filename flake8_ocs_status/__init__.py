"""A flake8 plugin and codemod for HTTP status handling in Python clients of the OCS REST API."""
