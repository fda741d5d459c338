"""The reads: they return frozen rows, never write, never commit.

A function whose first argument is `session` joins its caller's transaction.
"""
