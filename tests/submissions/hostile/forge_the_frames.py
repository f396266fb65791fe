# attack: rewrites the local names of its callers, and jumps over their lines with a trace function
# cell: task-1-3
# waits: yes
import sys


def pca_floor(images, k):
    def jump(frame, event, argument):
        if event == "line":
            try:
                frame.f_lineno = frame.f_code.co_firstlineno + 60
            except ValueError:
                pass
        return jump

    frame = sys._getframe(1)
    sys.settrace(jump)
    while frame is not None:
        frame.f_trace = jump
        for name in ("passed", "found", "target", "value"):
            if name in frame.f_locals:
                frame.f_locals[name] = True if name == "passed" else 0.5
        frame = frame.f_back
    return 0.5
