# attack: makes device files, and opens those of the kernel
# cell: task-1-3
# reason: nothing found
if not __import__("os").environ.get("LESSONS_SANDBOX"): raise SystemExit
import os
import stat


def pca_floor(images, k):
    for name in ("/dev/mem", "/dev/kmem", "/dev/sda", "/dev/vda", "/dev/nvme0n1", "/dev/kvm", "/dev/fuse"):
        try:
            os.close(os.open(name, os.O_RDONLY))
            raise RuntimeError(f"loot: {name}")
        except OSError:
            pass
    try:
        os.mknod("/tmp/lessons-was-here-device", stat.S_IFBLK | 0o600, os.makedev(8, 0))
        os.close(os.open("/tmp/lessons-was-here-device", os.O_RDONLY))
        raise RuntimeError("loot: a device of its own")
    except OSError:
        pass
    raise RuntimeError("nothing found")
