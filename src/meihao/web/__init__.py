"""The platform put together: settings, routes, the guard before every page, management commands."""
