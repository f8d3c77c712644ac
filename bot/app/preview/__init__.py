"""`python -m bot content preview`: an editor sees a text as its readers will, while it is being written."""
