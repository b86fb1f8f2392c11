"""OneRoster 1.2: rosters given to connected systems by REST, and to people as a CSV package."""
