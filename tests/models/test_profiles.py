"""The stored profiles: valid, complete, and fitted by the script."""

from importlib.resources import files

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.models.fitting.searching import LARGEST, SEARCHED
from agents.models.simulated.profile import TEAMS, Behaviour, Profile, load_all

FILES = sorted(
    entry.name
    for entry in (files("agents.models.simulated") / "profiles").iterdir()
    if entry.name.endswith(".json")
)


def stored(name: str) -> bytes:
    return (files("agents.models.simulated") / "profiles" / name).read_bytes()


@pytest.mark.parametrize("name", FILES)
def test_a_stored_profile_is_valid_and_says_where_it_comes_from(name: str) -> None:
    profile = msgspec.json.decode(stored(name), type=Profile)
    assert f"{profile.name}.json" == name
    assert profile.provenance.script == "python -m agents.models.fitting"
    assert len(profile.provenance.runs_sha256) == len(profile.provenance.events_sha256) == 64
    assert profile.provenance.sessions > 300
    assert profile.provenance.assumed
    for team in TEAMS:
        for searched in SEARCHED[team]:
            assert getattr(profile.behaviour(team), searched) <= LARGEST.get(searched, 1.0)


def test_all_of_them_were_fitted_together() -> None:
    origins = {
        (p.provenance.runs_sha256, p.provenance.seed, p.provenance.effort, p.provenance.date)
        for p in load_all().values()
    }
    assert len(load_all()) == 3
    assert len(origins) == 1


@given(st.sampled_from(FILES), st.sampled_from(Behaviour.__struct_fields__), st.booleans())
def test_values_out_of_bounds_and_unknown_fields_are_refused(
    name: str, field: str, unknown: bool
) -> None:
    data = msgspec.json.decode(stored(name))
    data["decentralized"]["unheard_of" if unknown else field] = -0.5
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(data, Profile)
