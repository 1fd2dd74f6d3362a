"""What names mean: the modules, classes and functions around the code that is executed."""
