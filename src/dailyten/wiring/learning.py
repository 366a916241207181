"""The classifier: the one in use, others beside it, and what fits new ones."""

from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from dailyten.errors import BadInput, ModelError, NotFound
from dailyten.wiring.packs import bytes_of, stamp_of

if TYPE_CHECKING:
    from dailyten.classify.classifier import Classifier
    from dailyten.classify.pack import Pack
    from dailyten.cluster.background import Background
    from dailyten.cluster.kindred import Kindred
    from dailyten.pipeline.learning import School
    from dailyten.wiring.parts import Parts


def classifier(parts: "Parts", pack: "Pack") -> "Classifier":
    """Load the model in use: the one learnt from people, if it fits the pack as it is now, else the pack's.

    A pack that extends another has no model of its own before the first learning, and goes by that of its base.
    """
    from dailyten.classify.classifier import Classifier
    from dailyten.classify.history import PACK
    from dailyten.classify.model import from_json

    shelf = parts.shelf()
    notes = shelf.history()
    version = notes.champion(stamp_of(pack)) if notes.decided else PACK
    if version != PACK:
        try:
            return Classifier(shelf.model(version), pack)
        except NotFound as error:
            words = "The model in use is missing; `dailyten topics roll-back` goes to the one before."
            raise ModelError(words, came=version, where=str(shelf.folder)) from error
    if pack.base is not None and not pack.model_file.exists():
        pack = pack.base
    try:
        body = pack.model_file.read_bytes()
    except OSError as error:
        where = str(pack.model_file)
        raise ModelError("The pack has no trained model; `dailyten topics train` makes one.", where=where) from error
    return Classifier(from_json(body), pack)


def classifier_of(parts: "Parts", pack: "Pack", model: str) -> "Classifier":
    """Load another model for a pack: a file, or a learnt version. Raises BadInput, and ModelError for a misfit."""
    from dailyten.classify.classifier import Classifier
    from dailyten.classify.model import from_json

    file = Path(model)
    if file.is_file():
        return Classifier(from_json(file.read_bytes()), pack)
    try:
        return Classifier(parts.shelf().model(model), pack)
    except NotFound as error:
        wanted = "a version of `dailyten topics history`, or a file"
        raise BadInput("There is no such classifier.", expected=wanted, came=model) from error


def school(parts: "Parts", pack: "Pack") -> "School":
    """Make what learns from people. Raises BadInput without scipy."""
    from dailyten.pipeline.learning import School

    return School(pack=pack, stamp=stamp_of(pack), shelf=parts.shelf(), learn=trainer().learn)


def trainer() -> ModuleType:
    """Load what fits models. Raises BadInput naming what to install where scipy is missing."""
    try:
        return import_module("dailyten.classify.train")
    except ImportError as error:
        raise BadInput("Training needs scipy.", expected="pip install 'dailyten[train]'") from error


def kindred_of(pack: "Pack") -> "Kindred":
    """Read which words of the pack's trade stand for one another, the base's first. Raises BadPack."""
    from dailyten.cluster.kindred import kindred

    bodies = [bytes_of(each.kindred_file) for each in (pack.base, pack) if each is not None]
    return kindred("\n".join(body.decode("utf-8", "replace") for body in bodies if body), str(pack.kindred_file))


def background(pack: "Pack") -> "Background | None":
    """Read how common words are in the pack's trade, or in that of the pack it extends; None where neither says."""
    from dailyten.cluster.background import read_background

    for each in (pack, pack.base):
        if each is not None and (body := bytes_of(each.background_file)):
            return read_background(body, where=str(each.background_file))
    return None
