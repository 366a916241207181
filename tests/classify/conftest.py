from pathlib import Path

import pytest

import dailyten.packs
from dailyten.classify.classifier import Classifier
from dailyten.classify.model import Model, from_json
from dailyten.classify.pack import Pack, load_pack
from tests.classify.sample_pack import write_pack

SOCIAL = Path(dailyten.packs.__file__).parent / "social_media"


@pytest.fixture(scope="session")
def social() -> Pack:
    return load_pack(SOCIAL)


@pytest.fixture(scope="session")
def shipped(social: Pack) -> Model:
    return from_json(social.model_file.read_bytes())


@pytest.fixture(scope="session")
def classifier(social: Pack, shipped: Model) -> Classifier:
    return Classifier(shipped, social)


@pytest.fixture
def garden(tmp_path: Path) -> Pack:
    return load_pack(write_pack(tmp_path / "garden"))
