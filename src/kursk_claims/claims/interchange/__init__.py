"""Write claims and their evidence in the formats of other fields: annotation, fact checking, corpus linguistics."""
