"""Tools of editors and translators: they change single values in content/ and leave every other byte as it was."""
