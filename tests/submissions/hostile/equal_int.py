# attack: an int that is equal to every number
# exercise: 02_convolutional_autoencoder
# cell: task-2-1
class Equal(int):
    def __eq__(self, other):
        return True

    def __ne__(self, other):
        return False

    __hash__ = int.__hash__

    def __index__(self):
        return self

    __int__ = __index__


def conv_size(size, kernel, stride, padding):
    return Equal(7)


def transposed_conv_size(size, kernel, stride, padding, output_padding=0):
    return Equal(7)


def conv_parameters(channels_in, channels_out, kernel, bias=True):
    return Equal(7)
