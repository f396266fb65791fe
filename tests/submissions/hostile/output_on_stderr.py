# attack: a gigabyte of warnings on stderr
# cell: task-1-3
import sys

for _ in range(1_000):
    sys.stderr.write("x" * 1_000_000)
