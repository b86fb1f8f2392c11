"""Routes of this room; 登录 itself stands at the root, as `sign-in`."""

from __future__ import annotations

from django.urls import path

from meihao.records.accounts import views, views_clients, views_entrance, views_own, views_trail

app_name = "accounts"
urlpatterns = [
    path("sign-in/code", views_entrance.code, name="code"),
    path("sign-in/link/<str:token>", views_entrance.link, name="link"),
    path("sign-in/with/<slug:provider_id>", views_entrance.provider, name="provider"),
    path("me", views_own.me, name="me"),
    path("me/password", views_own.password, name="password"),
    path("me/factor", views_own.factor, name="factor"),
    path("me/recovery", views_own.recovery, name="recovery"),
    path("me/sessions/end", views_own.end, name="end"),
    path("me/language", views_own.language, name="language"),
    path("me/untie/<slug:provider_id>", views_own.untie, name="untie"),
    path("sign-out", views_own.sign_out, name="sign-out"),
    path("accounts", views.listing, name="list"),
    path("accounts/open", views.open_, name="open"),
    path("accounts/<uuid:key>", views.account, name="account"),
    path("accounts/<uuid:key>/change", views.change, name="change"),
    path("accounts/<uuid:key>/suspend", views.suspend, name="suspend"),
    path("accounts/<uuid:key>/resume", views.resume, name="resume"),
    path("accounts/<uuid:key>/unlock", views.unlock, name="unlock"),
    path("accounts/<uuid:key>/link", views.issue_link, name="issue-link"),
    path("accounts/<uuid:key>/office", views.office, name="office"),
    path("accounts/<uuid:key>/reset-factor", views.reset_factor, name="reset-factor"),
    path("accounts/clients", views_clients.listing, name="clients"),
    path("accounts/clients/issue", views_clients.issue, name="client-issue"),
    path("accounts/clients/<uuid:key>", views_clients.one, name="client"),
    path("accounts/clients/<uuid:key>/renew", views_clients.renew, name="client-renew"),
    path("accounts/clients/<uuid:key>/suspend", views_clients.suspend, name="client-suspend"),
    path("accounts/clients/<uuid:key>/resume", views_clients.resume, name="client-resume"),
    path("trail", views_trail.trail, name="trail"),
    path("trail/<int:seq>", views_trail.entry, name="entry"),
    path("trail/head", views_trail.head, name="head"),
]
