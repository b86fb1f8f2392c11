"""Who, where and when: organisations, people and places as dated rows."""
