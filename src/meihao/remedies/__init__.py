"""What would close a gap, or open one: a district evaluated again under other rules."""
