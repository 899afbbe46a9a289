"""The closed lists of sentences, where a subject has one of its own."""
