"""The night: every step from files to brief, in order, each only where its inputs have changed."""
