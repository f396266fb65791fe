# attack: the answer sleeps for a day
# cell: task-1-3
# waits: yes
import time


def pca_floor(images, k):
    time.sleep(86_400)
