"""The audit: every payout and every record rebuilt from a chain and IPFS alone; the verb is in `audit`."""
