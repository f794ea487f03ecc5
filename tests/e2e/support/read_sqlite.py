# SPDX-License-Identifier: MIT
"""Answers SQL queries: a line `[sql, [parameters]]` on standard input gives a line `[row, …]` of objects. One database.

Node 20 has no SQLite of its own, and a process for every look would be slow.
"""

import json
import sqlite3
import sys

connection = sqlite3.connect(sys.argv[1], timeout=20, isolation_level=None)
connection.row_factory = sqlite3.Row
for line in sys.stdin:
    sql, parameters = json.loads(line)
    rows = [dict(row) for row in connection.execute(sql, parameters)]
    print(json.dumps(rows), flush=True)
