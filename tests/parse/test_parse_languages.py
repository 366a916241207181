"""One language model for all reading processes."""

import os
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

import pytest
from py3langid.langid import MODEL_FILE, LanguageIdentifier

from dailyten.parse import shared_model
from dailyten.parse.shared_model import ModelFile

TEXTS = (
    "Instagram shows shops how many people saved a post, and for how long they looked at it.",
    "Die Bäckerei zeigt jetzt jeden Morgen um sieben, was im Ofen ist, und die Leute kommen.",
    "La boutique répond à chaque commentaire le jour même, et les clients reviennent plus souvent.",
    "Новая функция помогает небольшим магазинам отвечать покупателям быстрее.",
    "小さな店のための新しい機能が今日から使えるようになりました。",
    "",
    "ok",
)


def test_the_shared_model_guesses_what_py3langid_guesses_itself() -> None:
    own = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    model = ModelFile.new()
    assert model is not None

    with closing(model):
        shared = model.identifier()

    assert [shared.classify(text) for text in TEXTS] == [own.classify(text) for text in TEXTS]


def test_a_model_that_was_left_unfinished_is_unpacked_anew() -> None:
    file = TemporaryFile()  # noqa: SIM115 - the model closes it
    file.write(b"PK\x03\x04 and then the process was killed")

    with closing(ModelFile(file)) as model:
        assert model.identifier().classify(TEXTS[1])[0] == "de"


def test_the_model_is_unpacked_once_however_many_ask(monkeypatch: pytest.MonkeyPatch) -> None:
    unpacked = []
    unpack = shared_model._unpack_into

    def counted(file: IO[bytes]) -> None:
        unpacked.append(1)
        unpack(file)

    monkeypatch.setattr(shared_model, "_unpack_into", counted)
    model = ModelFile.new()
    assert model is not None

    with closing(model), ThreadPoolExecutor(1) as one:
        codes = [one.submit(lambda: model.identifier().classify(TEXTS[0])[0]).result() for _ in range(3)]

    assert codes == ["en"] * 3
    assert unpacked == [1]


def test_a_process_that_cannot_share_the_model_loads_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    from dailyten.parse import language

    with Path(os.devnull).open("rb") as read_only:
        monkeypatch.setattr(language, "_shared", [read_only.fileno()])
        language._identifier.cache_clear()

        assert language.guess(TEXTS[2]) == "fr"
    language._identifier.cache_clear()
