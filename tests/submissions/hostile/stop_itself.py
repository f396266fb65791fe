# attack: stops itself, so that it neither ends nor uses time
# cell: task-1-3
# waits: yes
import os
import signal


def pca_floor(images, k):
    os.kill(os.getpid(), signal.SIGSTOP)
