# attack: ends the process with success, past all handlers
# cell: task-1-3
import os

os._exit(0)
