"""The only place that knows everything: settings, logs, wiring, commands."""
