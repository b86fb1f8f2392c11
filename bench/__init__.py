"""Benchmarks: one command per workload, each beside a peer and a limit taken in the same run."""
