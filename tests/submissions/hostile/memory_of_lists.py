# attack: a memory bomb of Python lists
# cell: task-1-3
if not __import__("os").environ.get("LESSONS_SANDBOX"): raise SystemExit


def pca_floor(images, k):
    kept = []
    for _ in range(750):  # 6 GB at the most
        kept.append([0] * 1_000_000)
    raise RuntimeError("loot: 6 GB of lists")
