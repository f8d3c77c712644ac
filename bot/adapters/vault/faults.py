"""What can be wrong when something is sealed or opened. No message quotes a text or a key."""


class VaultFault(Exception):
    """Nothing was sealed or opened."""


class WrongKey(VaultFault):
    """None of the secret keys that we hold opens this case; an intake process holds none at all."""


class Tampered(VaultFault):
    """The bytes are not what was sealed, or they belong to another case, row or column."""


class CaseErased(VaultFault):
    """The key of this case has been destroyed; its words are gone for good."""


class KeyFault(VaultFault):
    """A key cannot be read, is missing, or its file is not safe. Says where and what to do."""
