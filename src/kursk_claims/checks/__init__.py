"""One pipeline of checks: columns, keys, references and rules."""
