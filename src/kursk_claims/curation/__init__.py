"""From a text to rows: passages, claims from a draft, and what corrects them."""
