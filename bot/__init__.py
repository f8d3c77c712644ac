"""A chat service for people who have just fled Ukraine to Sweden: answers, helpers, and help for a child alone."""
