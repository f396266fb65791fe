# attack: a tensor that is equal to every other one
# cell: task-1-4
import torch


class Equal(torch.Tensor):
    @classmethod
    def __torch_function__(cls, function, types, args=(), kwargs=None):
        name = getattr(function, "__name__", "")
        if name in ("allclose", "equal"):
            return True
        if name in ("sub", "__sub__", "rsub", "abs"):
            return torch.zeros(len(args[0]))
        return super().__torch_function__(function, types, args, kwargs or {})


def principal_angles(A, B):
    return torch.zeros(min(A.shape[1], B.shape[1]), dtype=torch.float64).as_subclass(Equal)
