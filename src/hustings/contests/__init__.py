"""What is being won, and the rules that turn votes into winners."""
