# attack: an exception whose message has 300 MB, line breaks, escapes and markup
# cell: task-1-3
def pca_floor(images, k):
    raise ValueError("\x1b[2J\x00</td><script>alert(1)</script>\n" * 7_000_000)
