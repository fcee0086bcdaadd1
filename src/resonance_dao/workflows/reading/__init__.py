"""The read model of the contracts' events: how it is read, what follows from the events, what lists ask."""
