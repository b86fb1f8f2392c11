"""Hostile files, mutated workbooks, sheets full of mistakes: refused in words, or taken whole."""
