# attack: reads address 0
# cell: task-1-3
import ctypes
import faulthandler

faulthandler.enable()


def pca_floor(images, k):
    return ctypes.string_at(0)
