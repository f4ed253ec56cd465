"""A picture of the session screen, as SVG."""

import asyncio
import re
from pathlib import Path
from typing import Final

from tui.export.account import Account
from tui.export.options import Options
from tui.export.output import replacing
from tui.export.stage import SETTLING, stage
from tui.views.line import flat

_FONTS: Final = re.compile(r"@font-face\s*\{[^}]*\}")
"""Rich's pictures fetch their font from the network; whoever has it needs no fetching."""


def write(account: Account, out: Path, options: Options) -> None:
    """Write the picture of the moment that is asked for, or of the end."""
    svg = asyncio.run(_photograph(account, options))
    # librsvg drops blanks at the beginning of a text unless it is told not to.
    svg = _FONTS.sub("", svg).replace("<text ", '<text xml:space="preserve" ')
    with replacing(out) as file:
        file.write(svg.encode())


async def _photograph(account: Account, options: Options) -> str:
    moment = account.seconds if options.at is None else options.at
    async with stage(account, options) as screen:
        await screen.show(moment, SETTLING)
        return screen.svg(f"crosstalk · {flat(account.title)}")
