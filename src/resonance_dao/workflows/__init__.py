"""The verbs people ask for, each one built from the layers below."""
