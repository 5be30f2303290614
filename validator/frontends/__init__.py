"""Readers: bytes of one input to a Configuration."""
