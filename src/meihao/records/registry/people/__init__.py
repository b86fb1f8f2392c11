"""People of the registry: pupils and their classes, staff and their posts, what a school is given."""
