"""Figures: snapshot → plan → engines → figure → result → trace."""
