"""The home page: one card a topic."""
