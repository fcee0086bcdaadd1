"""IPFS: content identifiers, blocks, and the stores that keep them."""
