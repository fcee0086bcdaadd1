"""The database: the gapless journal, its outbox, and nothing else."""
