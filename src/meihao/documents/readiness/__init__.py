"""Readiness on one sheet (达标一张图): an evaluation as one picture, with its table twin."""

from __future__ import annotations

from meihao.documents.readiness.page import readiness_html, readiness_svg
from meihao.documents.readiness.strip import Heading, has_picture

__all__ = ["Heading", "has_picture", "readiness_html", "readiness_svg"]
