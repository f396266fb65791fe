import torch
from sklearn.linear_model import LogisticRegression


def few_label_probe(codes_train, labels_train, codes_test, labels_test, per_class, seed):
    torch.manual_seed(seed)
    left = {int(c): per_class for c in labels_train.unique()}
    chosen = []
    for place in torch.randperm(len(labels_train)).tolist():
        label = int(labels_train[place])
        if left[label]:
            left[label] -= 1
            chosen.append(place)
    if any(left.values()):
        raise ValueError("a class has too few images")
    mean, var = codes_train.mean(0), codes_train.var(0)
    var[var == 0] = 1
    z, fresh = (codes_train - mean) / var.sqrt(), (codes_test - mean) / var.sqrt()
    model = LogisticRegression(max_iter=1000).fit(z[chosen], labels_train[chosen])
    return float(model.score(fresh, labels_test))
