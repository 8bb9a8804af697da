"""Weights that ship as text: how a linear model turns named features into a probability."""

from tongchi.learned.linear_model import LinearModel, Vector, model_from_json, shipped_model

__all__ = ["LinearModel", "Vector", "model_from_json", "shipped_model"]
