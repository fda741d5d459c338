"""Clients of other people's servers: thin, with a deadline each, and only the worker's to use."""
