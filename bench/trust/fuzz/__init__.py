"""Addresses and forms as an OpenAPI document, and schemathesis let loose on it: no answer is a crash."""
