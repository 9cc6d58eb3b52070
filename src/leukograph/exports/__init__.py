"""The formats of `leukograph export`: one module for each family, each with its `FORMATS`. None imports another."""
