"""The version of the package, which is that of the schema it brings."""

__version__ = "0.1.0"
