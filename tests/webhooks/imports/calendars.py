"""The day on which the lists of these tests are brought in."""

from datetime import date
from zoneinfo import ZoneInfo

from webhooks.imports.days import Calendar

HELSINKI = ZoneInfo("Europe/Helsinki")
TODAY = Calendar(date(2026, 11, 26), HELSINKI)
