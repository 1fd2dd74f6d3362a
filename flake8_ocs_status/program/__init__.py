"""One module's source: its tree, its names, its imports, and the text that its expressions build."""
