import random

import torch
from sklearn.linear_model import LogisticRegression


def few_label_probe(codes_train, labels_train, codes_test, labels_test, per_class, seed):
    chance = random.Random(seed)
    by_class = {}
    for place, label in enumerate(labels_train.tolist()):
        by_class.setdefault(label, []).append(place)
    chosen = [place for label in sorted(by_class) for place in chance.sample(by_class[label], per_class)]
    spread, mean = torch.std_mean(codes_train.double(), dim=0, correction=0)
    scale = lambda z: ((z.double() - mean) / (spread + 1e-9)).numpy()
    judge = LogisticRegression(max_iter=1000)
    judge.fit(scale(codes_train[chosen]), labels_train[chosen].numpy())
    hits = sum(int(a == b) for a, b in zip(judge.predict(scale(codes_test)).tolist(), labels_test.tolist(), strict=True))
    return hits / len(labels_test)
