"""A day in a form, as a browser's calendar gives it, or as somebody writes it without one. Pure."""

from datetime import date


def read(text: str) -> date | None:
    """The day; None where it is none."""
    try:
        if "." in text:
            day, month, year = text.strip().split(".")
            return date(int(year), int(month), int(day))
        return date.fromisoformat(text.strip())
    except (ValueError, OverflowError):  # a year of many digits
        return None
