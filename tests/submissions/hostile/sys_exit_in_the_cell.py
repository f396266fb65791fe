# attack: leaves by SystemExit with success in the cell
# cell: task-1-3
import sys

sys.exit(0)
