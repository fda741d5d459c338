"""Ids as they stand in addresses, forms and JSON: read here, with the one bound there is."""

LARGEST = 2**63 - 1  # a database takes no larger one


def parse(text: str) -> int | None:
    """The id that `text` spells in decimal; None for what can't be one."""
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(LARGEST))):
        return None
    number = int(text)
    return number if 0 < number <= LARGEST else None
