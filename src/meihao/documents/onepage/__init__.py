"""The page for whoever reads nothing else."""

from meihao.documents.onepage.page import ONE_PAGE, write_one_page

__all__ = ["ONE_PAGE", "write_one_page"]
