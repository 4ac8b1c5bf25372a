"""What a spec file says: the model, its loader and its lint."""
