"""What HTTP and retry libraries do with a status, as tables."""
