"""Why a file cannot be measured, in words for the person who sent it."""


class Unreadable(Exception):
    """A file that is not what it says; the message is a sentence that a customer reads."""
