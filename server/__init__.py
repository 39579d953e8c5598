"""The composition root: settings, the ASGI application, authentication and the command line. Nothing imports it."""
