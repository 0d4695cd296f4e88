"""What keeps the house in order: linters of our own and the feature table."""
