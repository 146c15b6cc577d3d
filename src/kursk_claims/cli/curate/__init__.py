"""`kursk-claims curate`: from a text to rows."""
