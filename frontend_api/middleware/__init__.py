"""What every request passes on its way in and out: an id and a log line, security headers, limits."""
