"""The staff console: sign in, queue, cases, rota. Every action is a form; the script only makes it quicker."""

ROOT = "/staff"
