"""The ground floor: words in two languages, exact decimals, dates of the school year, codes."""
