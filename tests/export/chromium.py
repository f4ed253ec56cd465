"""A real browser without a window, driven over its debugging pipe: a page is opened, clicked,
typed at, asked and photographed."""

import json
import os
import shutil
import subprocess
import tempfile
from base64 import b64decode
from pathlib import Path
from types import TracebackType
from typing import Any, Self

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"),
    *(
        "--no-first-run",
        "--remote-debugging-pipe",
        "--hide-scrollbars",
        "--force-color-profile=srgb",
    ),
)


def program() -> str | None:
    """The browser, if there is one."""
    return next((found for name in NAMES if (found := shutil.which(name))), None)


class Browser:
    """One page in a browser of its own."""

    def __init__(self, page: Path, size: tuple[int, int] = (1280, 1000)) -> None:
        path = program()
        assert path
        self._profile = tempfile.TemporaryDirectory(
            # Its processes outlive it for a moment and may still write there.
            prefix="crosstalk-chromium-",
            ignore_cleanup_errors=True,
        )
        there, self._out = os.pipe()
        self._in, back = os.pipe()

        def place() -> None:  # the browser reads at 3 and writes at 4
            os.dup2(there, 3)
            os.dup2(back, 4)

        self._process = subprocess.Popen(
            [
                path,
                *FLAGS,
                f"--user-data-dir={self._profile.name}",
                f"--window-size={size[0]},{size[1]}",
            ],
            preexec_fn=place,
            close_fds=False,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(there)
        os.close(back)
        self._rest = b""
        self._number = 0
        self.heard: list[dict[str, Any]] = []
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self._session = ""
        attached = self.call("Target.attachToTarget", targetId=target, flatten=True)
        self._session = attached["sessionId"]
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.call(f"{domain}.enable")
        width, height = size
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=False,
        )
        self.call("Page.navigate", url=page.resolve().as_uri())
        while not any(message.get("method") == "Page.loadEventFired" for message in self.heard):
            self._hear()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        os.close(self._out)
        os.close(self._in)
        self._process.kill()
        self._process.wait()
        self._profile.cleanup()

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """One command of the DevTools protocol, and its answer."""
        self._number += 1
        message: dict[str, Any] = {"id": self._number, "method": method, "params": parameters}
        if getattr(self, "_session", ""):
            message["sessionId"] = self._session
        os.write(self._out, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._hear()
            if answer.get("id") == self._number:
                assert "error" not in answer, answer
                result: dict[str, Any] = answer["result"]
                return result

    def ask(self, expression: str) -> Any:
        """What a JavaScript expression is on the page."""
        answer = self.call("Runtime.evaluate", expression=expression, returnByValue=True)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def frame(self) -> None:
        """Wait until the page has drawn."""
        self.call(
            "Runtime.evaluate",
            expression="new Promise(r => requestAnimationFrame(() => requestAnimationFrame(r)))",
            awaitPromise=True,
        )

    def key(self, key: str, text: str = "") -> None:
        """Press a key."""
        self.call(
            "Input.dispatchKeyEvent", type="keyDown", key=key, **({"text": text} if text else {})
        )
        self.call("Input.dispatchKeyEvent", type="keyUp", key=key)
        self.frame()

    def mouse(self, kind: str, x: float, y: float, **more: Any) -> None:
        """A deed of the mouse."""
        self.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, **more)

    def click(self, x: float, y: float) -> None:
        """Press and let go of the left button."""
        self.mouse("mouseMoved", x, y)
        self.mouse("mousePressed", x, y, button="left", clickCount=1)
        self.mouse("mouseReleased", x, y, button="left", clickCount=1)
        self.frame()

    def photograph(self) -> bytes:
        """The page as a PNG."""
        return b64decode(self.call("Page.captureScreenshot")["data"])

    @property
    def requests(self) -> list[str]:
        """What was asked of any address so far."""
        return [
            message["params"]["request"]["url"]
            for message in self.heard
            if message.get("method") == "Network.requestWillBeSent"
        ]

    @property
    def complaints(self) -> list[Any]:
        """Errors that the page or its policy caused."""
        return [
            message["params"]
            for message in self.heard
            if message.get("method") == "Runtime.exceptionThrown"
            or (
                message.get("method") == "Log.entryAdded"
                and message["params"]["entry"]["level"] == "error"
            )
        ]

    def _hear(self) -> dict[str, Any]:
        while b"\0" not in self._rest:
            part = os.read(self._in, 1 << 16)
            assert part, "the browser has gone"
            self._rest += part
        line, _, self._rest = self._rest.partition(b"\0")
        message: dict[str, Any] = json.loads(line)
        self.heard.append(message)
        return message
