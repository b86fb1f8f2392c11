"""How passwords are kept."""

from __future__ import annotations

from django.contrib.auth.hashers import Argon2PasswordHasher


class Argon2id(Argon2PasswordHasher):
    """Argon2id at OWASP's first line (19 MiB, two passes, one lane): a sign-in costs some 50 ms.

    Django's default takes 100 MiB and eight lanes, six times the work, on the machine of a bureau.
    """

    memory_cost = 19_456
    time_cost = 2
    parallelism = 1
