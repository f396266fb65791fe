# cause: no noise at all: it returned z_mean
import torch


def sample(z_mean, z_log_var):
    return z_mean
