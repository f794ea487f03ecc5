# SPDX-License-Identifier: MIT
"""What became of each row of an import."""

import csv
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path


class ImportFailed(Exception):
    """The file as a whole cannot be imported. Nothing was changed."""

    def __init__(self, code: str, message: str, line: int | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.line = line


@dataclass(frozen=True, slots=True)
class Problem:
    """A row that was not taken as it stands."""

    line: int
    code: str
    key: str
    message: str


@dataclass(slots=True)
class Report:
    """Every row of the file is in exactly one of the counts, or in `problems`."""

    rows: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    #: Rows that say again what an earlier row said.
    repeated: int = 0
    problems: list[Problem] = field(default_factory=list)

    def add(self, line: int, code: str, key: str, message: str) -> None:
        """Reports a row."""
        self.problems.append(Problem(line, code, key, message))

    def summary(self) -> str:
        """The counts, in words."""
        counts = (
            f"{self.rows} rows: {self.created} created, {self.updated} updated, {self.unchanged} unchanged, "
            f"{self.repeated} repeated, {len(self.problems)} reported"
        )
        by_code = Counter(problem.code for problem in self.problems)
        kinds = ", ".join(f"{count} {code}" for code, count in sorted(by_code.items()))
        return f"{counts} ({kinds})" if kinds else counts

    def write_csv(self, path: Path) -> None:
        """The problems as CSV: line, code, key, message."""
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["line", "code", "key", "message"])
            writer.writerows((problem.line, problem.code, problem.key, problem.message) for problem in self.problems)
