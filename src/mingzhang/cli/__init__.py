"""The command line: every command and query of the system, for people and scripts."""
