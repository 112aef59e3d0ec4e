"""The site of a run: index, atlas, stills, PDF, archive."""
