"""Records, their canonical form, the Merkle log, checkpoints and receipts: pure, no input or output."""
