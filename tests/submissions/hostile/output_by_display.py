# attack: shows pictures and HTML of hundreds of megabytes
# cell: task-1-3
try:
    from IPython.display import HTML, display
except ImportError:
    display, HTML = print, str
for _ in range(5):
    display(HTML("<script>alert(1)</script>" + "x" * 100_000_000))
