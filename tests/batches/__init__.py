"""A batch is its elements, called one after another."""
