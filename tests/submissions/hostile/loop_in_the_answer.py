# attack: the answer never returns
# cell: task-1-3
# waits: yes
def pca_floor(images, k):
    while True:
        pass
