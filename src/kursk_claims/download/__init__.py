"""Verified copies of releases from a static host or a folder."""
