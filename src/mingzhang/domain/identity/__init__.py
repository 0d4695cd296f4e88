"""Identity 身份: organisations, posts, persons, keys, and who may do what."""
