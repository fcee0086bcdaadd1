"""The story of `make demo`: a sweets maker, two contributors, two reviewers, and an auditor."""
