"""Wire shapes, in and out apart. What comes in is loaded into frozen values; unknown is refused."""
