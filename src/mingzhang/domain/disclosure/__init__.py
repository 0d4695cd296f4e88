"""Disclosure 信息公开: what the public sees, when, by which rule; and that nothing is left out."""
