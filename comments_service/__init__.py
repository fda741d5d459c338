"""Comments for any website, on your own server."""

__version__ = "0.1.0"
