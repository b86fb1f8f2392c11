"""Components that every page is built of: it knows no room."""
