# attack: the cell never ends
# cell: task-1-1
# waits: yes
while True:
    pass
