"""Topics, networks and usefulness of an entry, and the words behind them.

A pack (`pack.py`) brings the training entries; `features.py` turns a text into weighted terms, `matrix.py` many texts
into matrices, `fit.py` solves for the lines, and `train.py` makes a model of them all (these three load scipy);
`model.py` reads and applies it, `networks.py` knows the networks by name, `classifier.py` puts these together,
`evaluate.py` measures them against labels.
"""
