"""What OCS documents: statuses, operations, and the operation that a URL names."""
