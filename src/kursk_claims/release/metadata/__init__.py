"""What other tools read about a release."""
