"""The functions of `import kursk_claims`, one module per subject."""
