"""UnreadableList: a file that is no list, with a word for why; of what stands in it nothing is said."""


class UnreadableList(Exception):
    """A file from which nothing can be taken.

    `reason`: empty, encoding, not_text, one_column, no_header, no_rows, too_many, field_too_long.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
