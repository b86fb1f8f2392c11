"""Screens of several figures: the leader's, a school's, the wall. They compute nothing of their own."""
