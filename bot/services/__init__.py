"""Use cases, one each. They may await, and know ports (ports.py), never products."""
