"""Measurements: our bot beside others on the same stand-in, the web chat, growth, start-up. `make bench` runs them."""
