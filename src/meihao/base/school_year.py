"""School years, named as they are named in China, and the census date inside each.

Which day the year starts and which day is counted come from the calendar policy in force
(`policies/cn/school-year.yaml`); this module only does the arithmetic.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from meihao.base.text import Text


@dataclass(frozen=True, slots=True)
class MonthDay:
    """A day that comes round each year."""

    month: int
    day: int

    def __post_init__(self) -> None:
        date(2023, self.month, self.day)  # no leap year: 29 February is not a day of each year

    def of(self, year: int) -> date:
        """That day in one year."""
        return date(year, self.month, self.day)


@dataclass(frozen=True, slots=True)
class SchoolYear:
    """One school year, from `first` to `last`, both included; `census` is the day that is counted."""

    first: date
    last: date
    census: date

    @property
    def title(self) -> Text:
        """The name in print: 2025—2026学年."""
        years = f"{self.first.year}—{self.last.year}"
        return Text(f"{years}学年", f"school year {self.first.year}–{self.last.year}")


def school_year_on(day: date, starts: MonthDay, census: MonthDay) -> SchoolYear:
    """The school year that holds `day`.

    The census day is looked for inside the year, so a census before the new year's start
    belongs to the following calendar year.
    """
    start_year = day.year if day >= starts.of(day.year) else day.year - 1
    first, following = starts.of(start_year), starts.of(start_year + 1)
    counted = census.of(start_year)
    if counted < first:
        counted = census.of(start_year + 1)
    return SchoolYear(first, date.fromordinal(following.toordinal() - 1), counted)
