"""What the cases are made of. Each module of this package writes the cases of one part of kustomize."""
