"""Server-sent events: how far a request has come, told as it happens."""
