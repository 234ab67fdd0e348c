"""Serves a made wave until it is ended: ``python field_server.py FOLDER PORT``."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))
from hustings.web.forms.server import ServerSettings, field_app, serve
from made_field import made_field

CASES = 400

if __name__ == "__main__":
    field = made_field(Path(sys.argv[1]), CASES)
    try:
        serve(field_app(field, settings=ServerSettings(requests_per_second=0)), ServerSettings(port=int(sys.argv[2])))
    finally:
        field.close()
