"""Generators of invented data, to show the site where no real data is public."""
