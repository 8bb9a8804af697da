"""Read the request, call one command or one query, show the answer. Each module lists its `urlpatterns`."""
