"""Who comes in: hosts, sign-ins, API keys, how often and at what cost to the relayer."""
