"""Jupyter kernels for notebooks, forked from a process that has already imported what they need.

This room knows nothing of quyu: `server` imports once and forks, `client` asks it for kernels, `run` lets
Papermill run a notebook in one of them and says how it truly ended.
"""
