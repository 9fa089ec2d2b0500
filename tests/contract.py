"""The contract's files for machines. `python -m tests.contract` writes them anew from the code."""

import json
from pathlib import Path

from webhooks.dialects import standard_openapi, standard_schema

FOLDER = Path(__file__).parent.parent / "docs" / "contract"
FILES = {"events.schema.json": standard_schema.events, "callbacks.openapi.json": standard_openapi.document}

if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name, make in FILES.items():
        (FOLDER / name).write_text(json.dumps(make(), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
