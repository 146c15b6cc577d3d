"""Findings, and how they are rendered."""
