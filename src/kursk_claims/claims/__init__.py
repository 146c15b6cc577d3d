"""The only package that knows the tables about an article's claims."""
