"""The use cases: plain functions; one public function is one transaction. Never flask.

A function whose first argument is `session` joins its caller's transaction.
"""
