"""The shapes on the wire, by noun. Nothing here decides anything."""
