"""Topics, networks and usefulness of an entry, and the words behind them.

A pack (`pack.py`) brings the training entries; `features.py` turns a text into weighted terms, `train.py` fits a linear
model to them (the only file that loads scikit-learn), `model.py` reads and applies it, `networks.py` knows the networks
by name, `classifier.py` puts these together, `evaluate.py` measures them against labels.
"""
