"""The demo: an invented newspaper, its readers' comments, and a mailbox that shows what is sent.

Nothing here is needed to run the service for real.
"""
