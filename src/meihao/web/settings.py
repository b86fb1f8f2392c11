"""Settings of the platform. What differs between installations comes from the environment.

| variable | says | without it |
| --- | --- | --- |
| `MEIHAO_HOME` | the folder of database and uploads | `~/.local/share/meihao` |
| `MEIHAO_KEYS` | the folder of keys | `keys` in the home |
| `MEIHAO_DATABASE` | `postgres` (the usual `PG…` variables say which), or `sqlite` | `sqlite` in the home |
| `MEIHAO_HOSTS` | names under which it is reached, with commas | `localhost,127.0.0.1` |
| `MEIHAO_HTTPS` | `1` behind a proxy that speaks TLS | `0` |
| `MEIHAO_DEMO` | `1` for a demonstration: the banner 虚构, and the invented district may be written | `0` |
| `MEIHAO_CIPHER` | `aes` or `sm4` for sealed fields | `aes` |
| `MEIHAO_OIDC_…`, `MEIHAO_WECOM_…`, `MEIHAO_DINGTALK_…` | providers: docs/how-to/sign-in.md | off |
"""

from __future__ import annotations

import os
from pathlib import Path

from meihao.records.accounts.limits import LIMITS
from meihao.records.accounts.offered import named
from meihao.web.home import home, keys, secret
from meihao.web.swapping import settle

BASE = Path(__file__).parent
HOME = home()
KEYS = keys()
settle(HOME)  # a restore that was killed is undone

SECRET_KEY = secret("django")
DEBUG = False
ALLOWED_HOSTS = os.environ.get("MEIHAO_HOSTS", "localhost,127.0.0.1").split(",")
HTTPS = os.environ.get("MEIHAO_HTTPS") == "1"
DEMONSTRATION = os.environ.get("MEIHAO_DEMO") == "1"
CIPHER = os.environ.get("MEIHAO_CIPHER", "aes")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django_htmx",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.socialaccount.providers.dingtalk",
    "meihao.records.accounts.wecom",
    "meihao.ui",
    "meihao.records.accounts",
    "meihao.records.registry",
    "meihao.records.library",
    "meihao.records.returns",
    "meihao.releases",
    "meihao.web",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "meihao.web.csp.ContentSecurity",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "meihao.web.guard.Guard",
    "meihao.records.accounts.sessions.Sessions",
]

ROOT_URLCONF = "meihao.web.urls"
WSGI_APPLICATION = "meihao.web.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "meihao.web.shell.shell",
                "meihao.records.accounts.sessions.warning",
            ],
        },
    }
]

_WHERE = os.environ.get("MEIHAO_DATABASE", "sqlite")
_SQLITE = {
    "ENGINE": "django.db.backends.sqlite3",
    "NAME": HOME / "meihao.sqlite3",
    "OPTIONS": {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        # an acknowledged change survives a power cut (FULL), an erased value does not (secure_delete)
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON;",
    },
}
_POSTGRES = {
    "ENGINE": "django.db.backends.postgresql",
    "NAME": os.environ.get("PGDATABASE", "meihao"),
    "USER": os.environ.get("PGUSER", ""),
    "PASSWORD": os.environ.get("PGPASSWORD", ""),
    "HOST": os.environ.get("PGHOST", ""),
    "PORT": os.environ.get("PGPORT", ""),
    "CONN_HEALTH_CHECKS": True,
    "CONN_MAX_AGE": 60,
}
DATABASES = {"default": {"sqlite": _SQLITE, "postgres": _POSTGRES}[_WHERE]}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
PASSWORD_HASHERS = ["meihao.records.accounts.passwords.Argon2id"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": LIMITS.password_length},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]

# allauth speaks with the providers that the environment names, and does nothing else
SOCIALACCOUNT_PROVIDERS = named(os.environ)
SOCIALACCOUNT_ADAPTER = "meihao.records.accounts.providers.Elsewhere"
ACCOUNT_ADAPTER = "meihao.records.accounts.providers.NoSignup"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
LOCALE_PATHS = [BASE / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

STATIC_URL = "/static/"
STATIC_ROOT = None
WHITENOISE_USE_FINDERS = True  # served from where they lie: nothing is collected
WHITENOISE_MAX_AGE = 86_400  # the address of a file changes with it
MEDIA_ROOT = HOME / "files"
FILE_UPLOAD_MAX_MEMORY_SIZE = 64 * 2**20  # no list of children lies on a disk unsealed; forms take 50 MB

LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "home"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = HTTPS
SESSION_COOKIE_AGE = int(LIMITS.session_absolute.total_seconds())
CSRF_COOKIE_SECURE = HTTPS
CSRF_FAILURE_VIEW = "meihao.web.pages.stale"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"stderr": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
}
