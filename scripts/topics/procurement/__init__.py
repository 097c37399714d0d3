"""Procurement: contracts of a fiscal year."""
