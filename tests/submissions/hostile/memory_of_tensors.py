# attack: a memory bomb of filled tensors, in the cell itself
# cell: task-1-1
if not __import__("os").environ.get("LESSONS_SANDBOX"): raise SystemExit
import torch

kept = []
for _ in range(60):  # 6 GB at the most
    kept.append(torch.empty(100_000_000, dtype=torch.uint8).fill_(1))
