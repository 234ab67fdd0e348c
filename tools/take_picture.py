"""Takes the README's picture of a brief: ``python tools/take_picture.py demo/runs/2016-11-07/brief.html docs/brief.png``."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

WIDTH, HEIGHT = 900, 1230


def main(page: Path, picture: Path) -> None:
    """Photograph the first screen of the page."""
    with sync_playwright() as play:
        chromium = play.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        view = chromium.new_page(viewport={"width": WIDTH, "height": HEIGHT}, device_scale_factor=1.25)
        view.goto(page.resolve().as_uri())
        view.screenshot(path=picture)
        chromium.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
