"""A provider on loopback: a real HTTP server that speaks the chat-completions protocol."""
