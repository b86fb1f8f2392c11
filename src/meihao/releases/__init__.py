"""What it amounts to: snapshots of what the rooms know, figures one can open, and the gate by which they leave."""
