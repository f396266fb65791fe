# attack: a loop inside one call of C code, where Python handles no signal
# cell: task-1-3
# waits: yes
def pca_floor(images, k):
    return float(sum(x for x in iter(int, 1)) + ("a" * 40 == __import__("re").match("(a+)+b", "a" * 60)))
