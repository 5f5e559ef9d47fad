"""Signals that other packages send us."""
