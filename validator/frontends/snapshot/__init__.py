"""Recorded networks: what AWS said, as a source of values."""
