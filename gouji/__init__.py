"""gouji (勾稽): annual reports of Chinese public bodies, turned into checked numbers."""

__version__ = "0.1.0"
