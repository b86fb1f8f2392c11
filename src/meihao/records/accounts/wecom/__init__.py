"""WeCom (企业微信) as a provider of allauth's."""
