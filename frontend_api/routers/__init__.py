"""The routes, by noun: dependencies in, one call, a shape out."""
