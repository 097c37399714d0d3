"""Open data: downloads, the dictionary, and what every message of the check means."""
