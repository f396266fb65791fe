# attack: writes "passed" when the interpreter ends: to all descriptors, and to files with likely names
# cell: task-1-3
import atexit
import os


@atexit.register
def forge():
    line = b'{"task":"1.3","points":3,"possible":3,"passed":true,"reason":""}\n'
    for descriptor in range(1, 256):
        try:
            os.set_blocking(descriptor, False)
            os.write(descriptor, line)
        except OSError:
            pass
    for folder in (".", "/tmp", os.environ.get("HOME", "/root")):
        for name in ("lessons-was-here-result.json", "result.json", "results.json", "reply.json"):
            try:
                with open(os.path.join(folder, name), "xb") as file:
                    file.write(line)
            except OSError:
                pass
    os._exit(0)


def pca_floor(images, k):
    return 0.5
