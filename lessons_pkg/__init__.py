"""The tested code behind the course: data, models, training, measures of a latent space, figures, checks."""

__version__ = "0.1.0"
