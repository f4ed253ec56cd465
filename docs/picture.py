"""Makes the picture of the README from the real app: `make picture`.

Plays a real session (simulated models, virtual time, one seed) up to a moment, photographs the
screen with Textual's own SVG export, and turns that into a PNG with librsvg.
"""

import asyncio
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tui.app import CrosstalkApp
from tui.replay import ReplayFeed
from tui.screens.session import SessionScreen
from workspaces.history.reader import load

SIZE = (160, 46)
MOMENT = 0.45
"""How far into the session."""
SESSION = ("math/p0.5", "-n", "4", "--team", "decentralized", "--seed", "3")


async def photograph(folder: Path) -> str:
    """The session screen at that moment, as SVG."""
    events, _ = load(folder)
    feed = ReplayFeed(events, playing=False)
    feed.seek(feed.seconds * MOMENT)
    app = CrosstalkApp(SessionScreen(feed, None, "session"))
    async with app.run_test(size=SIZE) as pilot:
        for _ in range(30):
            await pilot.pause(0.05)
        svg = app.export_screenshot(title="crosstalk")
    # librsvg drops blanks at the beginning of a text unless it is told not to.
    return svg.replace("<text ", '<text xml:space="preserve" ')


def main() -> None:
    """Make the session, then the picture."""
    convert = shutil.which("rsvg-convert")
    if not convert:
        sys.exit("rsvg-convert is needed (Debian: librsvg2-bin, and fonts-dejavu-core)")
    with tempfile.TemporaryDirectory() as temporary:
        folder, svg = Path(temporary) / "session", Path(temporary) / "session.svg"
        subprocess.run(
            [sys.executable, "-m", "tui", "run", *SESSION, "--headless", "--out", str(folder)],
            check=False,
        )
        svg.write_text(asyncio.run(photograph(folder)))
        png = str(Path(__file__).with_name("session.png"))
        subprocess.run([convert, "--zoom", "0.8", "-o", png, str(svg)], check=True)


if __name__ == "__main__":
    main()
