# attack: a dict whose items are not those that it is asked for
# exercise: 02_convolutional_autoencoder
# cell: task-2-5
class Lies(dict):
    def __getitem__(self, key):
        return 0.0

    def keys(self):
        return ["model", "pca", "patch pca"]

    def items(self):
        while True:
            yield "model", 0.0

    def __len__(self):
        return 3


def compare(model, train, test):
    return Lies(model=0.0)
