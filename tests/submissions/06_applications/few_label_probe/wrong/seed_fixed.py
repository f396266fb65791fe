# cause: Is the seed used?
import numpy as np
from sklearn.linear_model import LogisticRegression


def few_label_probe(codes_train, labels_train, codes_test, labels_test, per_class, seed):
    draw = np.random.default_rng(0)
    labels = labels_train.numpy()
    places = [np.flatnonzero(labels == c) for c in np.unique(labels)]
    chosen = np.concatenate([draw.choice(some, per_class, replace=False) for some in places])
    mean, spread = codes_train.mean(0), codes_train.std(0)
    spread = spread.where(spread > 0, 1.0)
    known, fresh = ((codes - mean) / spread for codes in (codes_train, codes_test))
    judge = LogisticRegression(max_iter=1000).fit(known[chosen].numpy(), labels[chosen])
    return float(judge.score(fresh.numpy(), labels_test.numpy()))
