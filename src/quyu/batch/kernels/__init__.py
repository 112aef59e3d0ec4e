"""Fresh processes for notebooks, forked from one that has already imported what they need.

This room knows nothing of quyu: `server` imports once and forks, `shell` runs one notebook in the
process it is in, `client` asks for a run, `watch` follows it to its end.
"""
