"""A small office's orders, goods and money, straight, at a keyboard, offline, in one file."""

__version__ = "0.1.0"
