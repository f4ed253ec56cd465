"""Models by name."""

import subprocess
import sys
from pathlib import Path

import pytest

from agents.models import catalog
from agents.models.base import ModelError, UnknownModel


def test_the_three_profiles_are_there_and_say_that_they_are_simulated() -> None:
    assert catalog.names() == ("sim-claude-sonnet-4.6", "sim-gemini-3-flash", "sim-gpt-5.2")
    assert catalog.DEFAULT in catalog.names()
    for name in catalog.names():
        assert catalog.describe(name).startswith("Simulated after the traces of ")
        assert catalog.create(name, 1).name == name
        assert catalog.is_simulated(name)


def test_an_unknown_name_gets_the_nearest_and_the_list() -> None:
    with pytest.raises(UnknownModel) as caught:
        catalog.create("sim-gemini-flash", 1)
    assert "sim-gemini-3-flash" in caught.value.fix
    assert all(name in caught.value.cause for name in catalog.names())
    assert not catalog.is_simulated("sim-gemini-flash")


def test_a_providers_model_needs_its_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ANTHROPIC_API_KEY", raising=False)
    monkeypatch.delenv("ANTHROPIC_AUTH_TOKEN", raising=False)
    with pytest.raises(ModelError) as caught:
        catalog.check("anthropic/claude-x")
    assert not isinstance(caught.value, UnknownModel)
    assert "ANTHROPIC_API_KEY" in caught.value.cause
    catalog.check("anthropic/claude-x", api_base="http://127.0.0.1:1/v1")  # a server of one's own
    monkeypatch.setenv("ANTHROPIC_API_KEY", "anything")
    catalog.check("anthropic/claude-x")


def test_a_name_that_litellm_lists_needs_no_provider(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "anything")
    assert catalog.is_providers("gpt-4o")
    catalog.check("gpt-4o")
    monkeypatch.delenv("OPENAI_API_KEY")
    with pytest.raises(ModelError, match="OPENAI_API_KEY"):
        catalog.check("gpt-4o")
    with pytest.raises(UnknownModel) as caught:
        catalog.check("gpt4o")
    assert "gpt-4o" in caught.value.fix
    assert "PROVIDER/MODEL" in caught.value.cause


def test_a_model_in_a_file_must_be_one(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="No such file"):
        catalog.check(f"gguf:{tmp_path}/none.gguf")
    (tmp_path / "text.gguf").write_text("hello")
    with pytest.raises(ModelError, match="not in the GGUF format"):
        catalog.check(f"gguf:{tmp_path}/text.gguf")


def test_a_model_is_made_without_what_is_heavy() -> None:
    """polars is the fit's alone; no provider, no screen and no session is needed to simulate."""
    code = (
        "import sys; from agents.models import catalog; catalog.create(catalog.DEFAULT, 1); "
        "print([m for m in ('polars', 'litellm', 'textual', 'git', 'agents.runtime', "
        "'agents.models.fitting') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
