"""`pulse demo`: a simulated company cast through the real path, and a study of several.

`command` is what is typed, `build` makes everything, `agenda` does each thing on its day.
`story` is the truth and what people answer, `fieldwork` casts it, `books` and `said_and_done` are
what HR notes beside it; `study` is the author's side, `companies` those that send him evidence.
"""
