"""What schools hand in: campaigns, forms, review, return, reminder, lock; the load a school bears."""
