"""Who fits which work, explained and replayable: pure but for the model."""
