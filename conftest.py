"""What every test of the project is held to; see tests/feature_marks.py."""

pytest_plugins = ["tests.feature_marks", "tests.no_skips"]
