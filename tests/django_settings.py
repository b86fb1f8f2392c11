"""The platform's settings for the tests: a home of their own that goes with them."""

import atexit
import os
import shutil
import tempfile

os.environ["MEIHAO_HOME"] = tempfile.mkdtemp(prefix="meihao-tests-")
os.environ.pop("MEIHAO_KEYS", None)
atexit.register(shutil.rmtree, os.environ["MEIHAO_HOME"], ignore_errors=True)

from meihao.web.settings import *  # noqa: E402, F403
