"""Versions: build, publish, verify and compare them."""
