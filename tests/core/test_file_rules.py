"""Every sentence the file itself can say is in the catalogues."""
from __future__ import annotations

import re

from deskbook.core import migrate
from deskbook.core.file_rules import SENTENCES


def test_every_sentence_of_the_migrations_is_marked() -> None:
    sql = "\n".join(script for _number, script in migrate.scripts())
    said = {*re.findall(r"RAISE\(ABORT, '([^']+)'\)", sql), *re.findall(r'CONSTRAINT "([^"]+)"', sql)}
    assert said == set(SENTENCES)
