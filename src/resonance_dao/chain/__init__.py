"""The EVM: compiling, deploying, reading, signing, sending."""
