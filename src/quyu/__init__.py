"""quyu 區域: how the quality of China's regions develops, from official figure to printed page."""

__version__ = "0.1.0"
