"""How long a yearly summary takes in each format: ``python -m benchmarks.summary_files`` (CPU seconds)."""

from __future__ import annotations

import time

from closebook.core.selling.summary.compose import report_of
from closebook.core.selling.summary.speech import LANGUAGES
from closebook.web.selling_year.files import FORMATS
from closebook.web.selling_year.phrases import speech
from tests.web.selling_year.example import year

LIMIT_SECONDS = 10


def main() -> None:
    """Print the CPU time of each format in each language; the first chart also loads the drawing engine."""
    report = report_of(year())
    for language in LANGUAGES:
        document = speech(report, language).document()
        for form, (_media_type, write) in FORMATS.items():
            begun = time.process_time()
            size = len(write(document))
            took = time.process_time() - begun
            print(f"{language:8} {form:5} {took:6.2f} s {size:8,} bytes")
            if took >= LIMIT_SECONDS:
                raise SystemExit(f"{form} takes {took:.1f} s, more than {LIMIT_SECONDS}")


if __name__ == "__main__":
    main()
