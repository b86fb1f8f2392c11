"""Deleting any one guard turns a test red: each is taken out of a copy, and the tests are run."""
