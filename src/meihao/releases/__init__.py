"""What it amounts to: snapshots of what rooms know, figures one can open, the gate by which they leave."""
