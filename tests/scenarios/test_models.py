"""`crosstalk models` and `crosstalk doctor`: what they say of providers."""

from pathlib import Path

import pytest

from agents.models.providers.worker import COMPROMISED
from tests.scenarios.crosstalk import crosstalk, environment


def test_models_names_keys_and_never_shows_them(tmp_path: Path) -> None:
    env = environment(tmp_path, MISTRAL_API_KEY="planted-0123456789")
    done = crosstalk("models", home=tmp_path, env=env)
    assert done.returncode == 0
    assert "MISTRAL_API_KEY" in done.stdout
    assert "planted" not in done.stdout + done.stderr
    assert "--api-base" in done.stdout


@pytest.mark.parametrize("version", COMPROMISED)
def test_a_compromised_litellm_is_refused_and_not_imported(tmp_path: Path, version: str) -> None:
    """The release by its metadata, and a package that would tell of its import."""
    fake = tmp_path / "packages"
    (fake / f"litellm-{version}.dist-info").mkdir(parents=True)
    metadata = f"Metadata-Version: 2.1\nName: litellm\nVersion: {version}\n"
    (fake / f"litellm-{version}.dist-info" / "METADATA").write_text(metadata)
    (fake / "litellm").mkdir()
    trap = tmp_path / "imported"
    (fake / "litellm" / "__init__.py").write_text(f"open({str(trap)!r}, 'w').close()\n")
    env = environment(tmp_path / "home", PYTHONPATH=str(fake))
    done = crosstalk("doctor", home=tmp_path, env=env)
    assert done.returncode == 1
    [line] = [line for line in done.stdout.splitlines() if line[4:].startswith("litellm")]
    assert line.startswith("NO ")
    assert f"{version} is a compromised release" in line
    done = crosstalk(
        "run", "math/p0.9", "-m", "openai/x", "--api-base", "http://127.0.0.1:9", "--headless",
        "--out", str(tmp_path / "s"), home=tmp_path, env=env,
    )  # fmt: skip
    assert done.returncode == 2
    assert "compromised" in done.stderr
    assert not trap.exists()
    assert not (tmp_path / "s").exists()
