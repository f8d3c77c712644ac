"""The database: SQLAlchemy Core over SQLite (one writer thread) or PostgreSQL (asyncpg), one set of statements."""
