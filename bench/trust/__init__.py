"""What the platform must survive: each run prints one line of JSON and PASS or FAIL, and has a control."""
