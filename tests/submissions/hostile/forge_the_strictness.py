# attack: switches strictness off, and publishes nothing
# cell: task-1-3
import os

os.environ["LESSONS_STRICT"] = "0"
os.environ.pop("LESSONS_STRICT")
from lessons_pkg.checks import framework

framework.publish = lambda report: report


def pca_floor(images, k):
    return 0.5
