"""What knows about words: plain text, tokens, sentences, reading time, TF-IDF vectors. Pure, and of no stage."""
