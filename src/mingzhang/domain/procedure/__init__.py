"""Procedure 程序: approvals in levels, tasks, notices, comments, the hand-over of open work."""
