# attack: prints without end
# cell: task-1-3
# waits: yes
while True:
    print("all work and no play " * 1_000)
