"""What asks an answer inside the sandbox: one function for each task, ``probe(answer, given) -> plain data``.

There is nothing to win here: a probe knows no right answer. This folder and torch are all that a probe may import,
because in the sandbox there is no other part of the package that could tell what is right.
"""
