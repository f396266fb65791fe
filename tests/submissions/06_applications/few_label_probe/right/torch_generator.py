import torch
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler


def few_label_probe(codes_train, labels_train, codes_test, labels_test, per_class, seed):
    draw = torch.Generator().manual_seed(seed)
    chosen = []
    for c in range(int(labels_train.max()) + 1):
        places = (labels_train == c).nonzero().flatten()
        if len(places) < per_class:
            raise ValueError(f"class {c} has {len(places)} images only")
        chosen.append(places[torch.randperm(len(places), generator=draw)[:per_class]])
    chosen = torch.cat(chosen)
    scaler = StandardScaler().fit(codes_train)
    judge = LogisticRegression(max_iter=1000).fit(scaler.transform(codes_train[chosen]), labels_train[chosen])
    return (judge.predict(scaler.transform(codes_test)) == labels_test.numpy()).mean()
