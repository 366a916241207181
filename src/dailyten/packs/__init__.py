"""Industry packs: data only. A folder per pack with `pack.toml`, `entries/*.jsonl` (training entries) and `model.json`.

The format is told in docs/reference/packs.md; `dailyten.classify.pack` reads it.
"""
