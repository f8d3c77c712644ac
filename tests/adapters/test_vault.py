"""The vault: what it seals stays shut without the key, opens only in its place, and fails loudly when anything is changed."""

from __future__ import annotations

import io
import random
import secrets
import sqlite3
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nacl.bindings import crypto_scalarmult
from nacl.secret import Aead

from bot.adapters.vault import CaseErased, Context, KeyFault, RowBox, Tampered, Vault, VaultFault, WrongKey, key_ids, new_key
from bot.adapters.vault.__main__ import main
from bot.adapters.vault.keyfile import keys_of_service, make_key_file, read_key_file, retire_keys, rotate_key_file
from bot.adapters.vault.keys import Keyring, read_keys
from bot.adapters.vault.padding import BUCKETS, bound, padded
from bot.app import logs

HERE = Context("K7M-4PX", "posts", "1", "words")
# Sealed on 25 November 2026 by the first version. If it no longer opens, cases of that time no longer open.
OLD_KEY = "* secret 000G-40R4-0M30-E209-185G-R38E-1W81-24GK-2GAH-C5RR-34D1-P70X-3RFS-CB3C"
OLD_CASE = bytes.fromhex(
    "01cb788ffa09196ed004bcc75eae08dd96989c05ed26cbfd6cf9920f12b8b4284d01c58a32bbf43977b8f996f1f53b465b3c2cff3e1fa761b8182a67e1"
    "230a744ac4c391c7abefad9421fb10b913ef28d28c1da01cab3fbb4a9b2f76fcd54d5b8e045ca716f30715139bdef58648867d7952b43f6a9716e53b98"
)
OLD_TEXT = bytes.fromhex(
    "0198b0c1d184c708f77bc3ab7b3f6b860c519f9db40efac88c127f1679da48e966309936f52e11983b4418ab9961e9325b5f52281d1fffb2e814a50f4b"
    "7c2b2bfcaf0343a9e1235fc4f97cd6e8ac8e43495616fcb3fbf35b2b70218dbb2b3ad25dca7e7dde462b57b8df6768c1bf6692b8aa74d43e2d9435966a"
    "8b95a9cfec507dca9a4266f73338014028902072a5c295311d8157db7a3376a2456720de2138030d43f25b8dc5f5f5428f404100f3a934e9f9b6460468"
    "3568e8b4b1cd35a06bf22f9a0622efb5a9e59257f103c77ca7e81f209cb8f64adcf0367310d162059e11d64548eeb57f59b2f4467ecccff1cf3b28ee9a"
    "87e4d4cd667bc1b34f6edbb60b"
)


@pytest.fixture(scope="module")
def vault() -> Vault:
    return Vault(Keyring([new_key()]))


# What libsodium computes, against the published vectors


def test_the_key_agreement_is_that_of_rfc_7748() -> None:
    alice = bytes.fromhex("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a")
    bob = bytes.fromhex("de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f")
    assert crypto_scalarmult(alice, bob).hex() == "4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742"


def test_the_words_are_sealed_as_in_the_draft_of_xchacha20_poly1305() -> None:
    words = b"Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, sunscreen would be it."
    nonce = bytes(range(0x40, 0x58))
    sealed = Aead(bytes(range(0x80, 0xA0))).encrypt(words, bytes.fromhex("50515253c0c1c2c3c4c5c6c7"), nonce)
    assert sealed.ciphertext.hex().startswith("bd6d179d3e83d43b9576579493c0e939572a1700252bfacc")
    assert sealed.ciphertext.hex().endswith("c0875924c1c7987947deafd8780acf49")


def test_a_case_of_the_first_version_still_opens() -> None:
    assert Vault(read_keys(OLD_KEY)).open(OLD_CASE, OLD_TEXT, HERE) == "Дитина на вокзалі"


# Every text comes back, and only in its place


@settings(max_examples=200, deadline=None)
@given(
    text=st.text(st.characters(codec=None, exclude_categories=()), max_size=3000), names=st.tuples(*[st.text(max_size=30)] * 4)
)
def test_every_text_comes_back_from_its_place(vault: Vault, text: str, names: tuple[str, str, str, str]) -> None:
    case_key, here = vault.new_case_key("norrkoping"), Context(*names)
    assert vault.open(case_key, vault.seal(case_key, text, here), here) == text


@pytest.mark.parametrize(
    "there",
    [
        Context("K7M-4PY", "posts", "1", "words"),
        Context("K7M-4PX", "answers", "1", "words"),
        Context("K7M-4PX", "posts", "2", "words"),
        Context("K7M-4PX", "posts", "1", "contact"),
        Context("K7M-4PX", "posts1", "", "words"),  # the same letters, cut elsewhere
    ],
)
def test_a_text_moved_to_another_place_does_not_open(vault: Vault, there: Context) -> None:
    case_key = vault.new_case_key("*")
    with pytest.raises(Tampered, match="another row"):
        vault.open(case_key, vault.seal(case_key, "Hej", HERE), there)


def test_a_text_does_not_open_with_the_key_of_another_case(vault: Vault) -> None:
    mine, other = vault.new_case_key("*"), vault.new_case_key("*")
    with pytest.raises(Tampered, match="another case"):
        vault.open(other, vault.seal(mine, "Hej", HERE), HERE)


@settings(deadline=None)
@given(st.lists(st.binary(max_size=4), max_size=4), st.lists(st.binary(max_size=4), max_size=4))
def test_different_names_are_never_bound_alike(one: list[bytes], other: list[bytes]) -> None:
    assert (bound(*one) == bound(*other)) == (one == other)


# Anything changed is found, by name


def test_ten_thousand_changed_texts_and_case_keys_are_all_found(vault: Vault) -> None:
    chance = random.Random(3)
    case_key = vault.new_case_key("*")
    sealed = vault.seal(case_key, "Дитина на вокзалі, біля годинника", HERE)
    for _ in range(10_000):
        key, text = (case_key, _changed(sealed, chance)) if chance.random() < 0.7 else (_changed(case_key, chance), sealed)
        with pytest.raises(VaultFault):
            vault.open(key, text, HERE)


def _changed(given: bytes, chance: random.Random) -> bytes:
    """Return other bytes: a bit turned, cut short, something added, a piece moved, or a piece of chance."""
    at = chance.randrange(len(given))
    way = chance.randrange(5)
    if way == 0:
        found = given[:at] + bytes([given[at] ^ 1 << chance.randrange(8)]) + given[at + 1 :]
    elif way == 1:
        found = given[:at] or b"\x00"
    elif way == 2:
        found = given + chance.randbytes(chance.randrange(1, 40))
    elif way == 3:
        found = given[at:] + given[:at]
    else:
        found = given[:at] + chance.randbytes(8) + given[at + 8 :]
    return found if found != given else given + b"\x00"


@settings(deadline=None)
@given(st.binary(max_size=400))
def test_noise_is_refused_by_name(vault: Vault, noise: bytes) -> None:
    case_key = vault.new_case_key("*")
    with pytest.raises(VaultFault):
        vault.open(case_key, noise, HERE)
    with pytest.raises(VaultFault):
        vault.seal(noise, "Hej", HERE)


def test_a_case_key_put_together_of_two_is_not_rewrapped_into_one(vault: Vault) -> None:
    one, other = vault.new_case_key("*"), vault.new_case_key("*")
    with pytest.raises(Tampered, match="do not belong together"):
        vault.rewrap(one[:33] + other[33:], "*")


def test_no_fault_quotes_the_words_or_a_key(vault: Vault) -> None:
    case_key = vault.new_case_key("*")
    sealed = vault.seal(case_key, "hemlighet", HERE)
    with pytest.raises(Tampered) as fault:
        vault.open(case_key, sealed[:-1] + bytes([sealed[-1] ^ 1]), HERE)
    assert "hemlighet" not in repr(fault.value) and fault.value.__cause__ is None
    assert "secret=" not in repr(new_key())


# The wrong key, no key, the key in the safe


def test_the_intake_seals_with_public_keys_and_cannot_open() -> None:
    secret = new_key("norrkoping")
    intake = Vault(read_keys(secret.public_half().line()))
    case_key = intake.new_case_key("norrkoping")
    sealed = intake.seal(case_key, "Хлопчик, 9 років", HERE)
    with pytest.raises(WrongKey, match="only public keys"):
        intake.open(case_key, sealed, HERE)
    with pytest.raises(WrongKey):
        intake.rewrap(case_key, "norrkoping")
    assert Vault(Keyring([secret])).open(case_key, sealed, HERE) == "Хлопчик, 9 років"


def test_the_key_of_another_municipality_does_not_open() -> None:
    ours, theirs = new_key("norrkoping"), new_key("orebro")
    both = Vault(Keyring([ours.public_half(), theirs]))
    case_key = both.new_case_key("norrkoping")
    with pytest.raises(WrongKey, match=ours.id.hex()):
        both.open(case_key, both.seal(case_key, "Hej", HERE), HERE)
    with pytest.raises(KeyFault, match="no vault key for 'stockholm'"):
        both.new_case_key("stockholm")


def test_the_key_in_the_safe_opens_every_case_when_the_other_is_lost() -> None:
    lost, safe = new_key("norrkoping"), new_key()
    vault = Vault(Keyring([lost, safe.public_half("escrow")]))
    case_key = vault.new_case_key("norrkoping")
    sealed = vault.seal(case_key, "Hej", HERE)
    typed_from_paper = safe.line().lower().replace("-", " ").replace("* secret", "* secret ").replace("0", "o")
    assert Vault(read_keys(typed_from_paper)).open(case_key, sealed, HERE) == "Hej"


def test_an_erased_case_opens_for_nobody(vault: Vault) -> None:
    case_key = vault.new_case_key("*")
    sealed = vault.seal(case_key, "Hej", HERE)
    for attempt in (lambda: vault.open(b"", sealed, HERE), lambda: vault.seal(b"", "Hej", HERE), lambda: vault.rewrap(b"", "*")):
        with pytest.raises(CaseErased):
            attempt()
    with pytest.raises(Tampered):  # a new key for the same case does not bring the words back
        vault.open(vault.new_case_key("*"), sealed, HERE)


# Rotation, and a case that moves


def test_rotation_old_key_then_both_then_the_new_one_alone(tmp_path: Path) -> None:
    file = tmp_path / "vault.key"
    first = make_key_file(file, "norrkoping")
    before = Vault(read_key_file(file))
    cases = {str(n): before.new_case_key("norrkoping") for n in range(20)} | {"erased": b""}
    texts = {case: before.seal(key, f"words {case}", HERE) for case, key in cases.items() if key}
    second = rotate_key_file(file, "norrkoping")
    during = Vault(read_key_file(file))
    assert all(during.open(cases[case], text, HERE) == f"words {case}" for case, text in texts.items())
    assert retire_keys(file, {id_ for key in cases.values() for id_ in key_ids(key)}) == [], "the old key is still needed"
    todo = during.rotated((case, "norrkoping", key) for case, key in cases.items())
    cases |= dict(next(todo) for _ in range(7))  # killed here, then begun again
    done = dict(during.rotated((c, "norrkoping", k) for c, k in cases.items()))
    assert len(done) == 13
    cases |= done
    assert retire_keys(file, {id_ for key in cases.values() for id_ in key_ids(key)}) == [first]
    kept = tmp_path / "vault.key.retired"
    assert kept.read_text() == first.line() + "\n" and kept.stat().st_mode & 0o777 == 0o600, "older backups still open"
    after = Vault(read_key_file(file))
    assert [key.id for key in read_key_file(file).keys] == [second.id]
    assert all(after.open(cases[case], text, HERE) == f"words {case}" for case, text in texts.items()), "texts as they were"
    with pytest.raises(WrongKey):
        Vault(Keyring([first])).open(cases["1"], texts["1"], HERE)


def test_rotation_stops_loudly_at_a_case_that_no_key_opens(vault: Vault) -> None:
    foreign = Vault(Keyring([new_key()])).new_case_key("*")
    with pytest.raises(WrongKey, match="case 77: "):
        list(vault.rotated([("77", "*", foreign)]))


def test_a_case_that_another_municipality_takes_opens_there_and_no_longer_here() -> None:
    here, there = new_key("norrkoping"), new_key("orebro")
    ours = Vault(Keyring([here, there.public_half()]))
    case_key = ours.new_case_key("norrkoping")
    sealed = ours.seal(case_key, "Hej", HERE)
    moved = ours.rewrap(case_key, "orebro")
    assert Vault(Keyring([there])).open(moved, sealed, HERE) == "Hej"
    with pytest.raises(WrongKey):
        ours.open(moved, sealed, HERE)
    assert ours.is_current(moved, "orebro") and not ours.is_current(moved, "norrkoping")


# Key lines and the key file


WRITTEN = new_key("orebro").line()


@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_a_slip_in_a_key_is_named_and_never_another_key(data: st.DataObject) -> None:
    owner, kind, written = WRITTEN.split()
    at = data.draw(st.integers(0, len(written) - 1).filter(lambda i: written[i] != "-"))
    letter = data.draw(st.sampled_from("0123456789ABCDEFGHJKMNPQRSTVWXYZ").filter(lambda c: c != written[at]))
    with pytest.raises(KeyFault, match="line 1: the checksum of the secret key"):
        read_keys(f"{owner} {kind} {written[:at]}{letter}{written[at + 1 :]}")


def test_all_faulty_lines_are_named_and_no_key_is_quoted() -> None:
    key = new_key().line()
    with pytest.raises(KeyFault) as fault:
        read_keys(f"# the safe\n{key}\n\n{key.replace('secret', 'public')}\nnorrkoping hemlig x\n{key[:-3]}")
    text = str(fault.value)
    assert ["line 4" in text, "line 5" in text, "line 6" in text, "line 2" in text] == [True, True, True, False]
    assert key.split()[2] not in text and key.split()[2][:20] not in text
    with pytest.raises(KeyFault, match="no key in it"):
        read_keys("  # nothing\n")
    with pytest.raises(KeyFault, match="cannot own"):
        new_key("Norrköpings kommun")


def test_the_demonstration_makes_a_key_file_for_its_owner_only(tmp_path: Path) -> None:
    file = tmp_path / "var" / "vault.key"
    made = read_key_file(file, make=True)
    assert file.stat().st_mode & 0o777 == 0o600
    assert read_key_file(file, make=True).keys == made.keys, "kept, not made again"
    with pytest.raises(KeyFault, match="already there"):
        make_key_file(file)
    rotate_key_file(file)
    assert file.stat().st_mode & 0o777 == 0o600 and list(file.parent.iterdir()) == [file]
    file.chmod(0o644)
    with pytest.raises(KeyFault, match="chmod 600"):
        read_key_file(file)
    with pytest.raises(KeyFault, match="No such file"):
        read_key_file(tmp_path / "missing.key")


def test_a_service_in_earnest_makes_no_key_by_itself(tmp_path: Path) -> None:
    file = tmp_path / "vault.key"
    with pytest.raises(KeyFault, match="BOT_VAULT_KEY is missing"):
        keys_of_service("", file, demonstration=False)
    made = keys_of_service("", file, demonstration=True)
    assert keys_of_service("", file, demonstration=False).keys == made.keys
    given = f"{new_key().line()};{new_key('orebro').line()}"
    assert [key.owner for key in keys_of_service(given, file, demonstration=True).keys] == ["*", "orebro"]


def test_keys_from_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = str(tmp_path / "vault.key")
    assert main(["make", file]) == 0 and main(["make", file]) == 1
    capsys.readouterr()
    assert main(["safe", file]) == 0
    paper = capsys.readouterr().out.splitlines()[2]
    assert main(["rotate", file]) == 0
    shown = capsys.readouterr().out
    assert main(["public", file]) == 0
    public = read_keys(capsys.readouterr().out)
    ring = read_key_file(Path(file))
    assert [key.kind for key in ring.keys] == ["secret", "secret", "escrow"] and ring.keys[0].id.hex() in shown
    assert [key.kind for key in public.keys] == ["public", "public", "escrow"] and not any(key.secret for key in public.keys)
    assert not any(key.line().split()[2] in shown for key in ring.keys), "no secret on the screen"
    intake = Vault(public)
    case_key = intake.new_case_key("orebro")
    sealed = intake.seal(case_key, "Hej", HERE)
    for holder in (ring, read_keys(paper)):
        assert Vault(holder).open(case_key, sealed, HERE) == "Hej"


# What a thief of the database sees


def test_lengths_fall_into_few_sizes(vault: Vault) -> None:
    case_key = vault.new_case_key("*")
    assert {len(padded("x" * n)) for n in range(2045)} == set(BUCKETS)
    sizes = {
        len(vault.seal(case_key, answer, HERE))
        for answer in ("", "так", "ні", "+46 70 123 45 67", "Центральний вокзал, біля годинника")
    }
    assert len(sizes) == 1
    assert len(padded("Ї" * 4096)) == 8448 and len(padded("x" * 20_000)) == 3 * 8448


def test_two_equal_texts_look_different(vault: Vault) -> None:
    case_key = vault.new_case_key("*")
    assert len({vault.seal(case_key, "так", HERE)[-64:] for _ in range(200)}) == 200


def test_canary_words_are_nowhere_in_database_wal_or_logs(vault: Vault, tmp_path: Path) -> None:
    canaries = [f"канарка{secrets.token_hex(6)}" for _ in range(500)]
    out = io.StringIO()
    logs.set_up("debug", out)
    box = RowBox(["service secret of more than 32 characters"])
    base = sqlite3.connect(tmp_path / "case.sqlite", isolation_level=None)
    base.execute("PRAGMA journal_mode=WAL")
    base.execute("CREATE TABLE posts (id INTEGER PRIMARY KEY, case_key BLOB, words BLOB, inbox BLOB)")
    base.execute("BEGIN")
    for number, word in enumerate(canaries):
        case_key = vault.new_case_key("*")
        sealed = vault.seal(case_key, word, HERE)
        base.execute("INSERT INTO posts VALUES (?, ?, ?, ?)", (number, case_key, sealed, box.seal(word, "inbox", str(number))))
        try:
            vault.open(case_key, sealed[:-1] + b"\x00\x01", HERE)
        except Tampered:
            logs.structlog.get_logger().error("vault_tampered", exc_info=True)
    base.execute("COMMIT")
    assert (tmp_path / "case.sqlite-wal").stat().st_size > 100_000, "the WAL is looked at while it is full"
    lying = b"".join(file.read_bytes() for file in tmp_path.iterdir()) + out.getvalue().encode()
    found = [word for word in canaries for form in ("utf-8", "utf-16-le", "utf-16-be") if word.encode(form) in lying]
    assert found == [] and out.getvalue().count("vault_tampered") == 500
    row = base.execute("SELECT case_key, words, inbox FROM posts WHERE id = 7").fetchone()
    assert vault.open(row[0], row[1], HERE) == box.open(row[2], "inbox", "7") == canaries[7]
    base.close()


# Rows on their way


def test_a_row_opens_only_where_it_was_sealed_and_with_its_secret() -> None:
    old, new = "o" * 32, "n" * 40
    sealed = RowBox([old]).seal("Дитина сама", "inbox", "17")
    assert RowBox([new, old]).open(sealed, "inbox", "17") == "Дитина сама"
    assert RowBox([new, old]).seal("", "inbox", "17") != RowBox([new, old]).seal("", "inbox", "17")
    for box, names, bytes_ in (
        (RowBox([new]), ("inbox", "17"), sealed),
        (RowBox([old]), ("inbox", "18"), sealed),
        (RowBox([old]), ("inbox1", "7"), sealed),
        (RowBox([old]), ("inbox", "17"), sealed[:-1] + bytes([sealed[-1] ^ 1])),
        (RowBox([old]), ("inbox", "17"), b""),
    ):
        with pytest.raises(Tampered):
            box.open(bytes_, *names)
    with pytest.raises(KeyFault, match="32 characters"):
        RowBox(["short"])
