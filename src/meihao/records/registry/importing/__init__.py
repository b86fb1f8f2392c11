"""Lists of units and pupils from spreadsheets and OneRoster: staged, shown as a difference, applied whole."""
