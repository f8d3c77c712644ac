"""Cutting a message to a channel's size: nothing lost, nothing too long."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.fitting import fit
from bot.domain.messages import Block, Choice, Rendered, Span, from_json, to_json, utf16

words = st.text(alphabet="абвгґ їє.!?\n😀x", min_size=1, max_size=400)
spans = st.builds(Span, words, st.booleans(), st.sampled_from(["", "https://example.se"]))
small = st.one_of(
    st.builds(Block, st.sampled_from(["title", "text", "note", "warning"]), st.tuples(spans, spans)),
    st.builds(Block, st.sampled_from(["list", "steps"]), items=st.lists(st.tuples(spans), min_size=1, max_size=4).map(tuple)),
)
folds = st.builds(Block, st.just("fold"), heading=st.just("Більше"), blocks=st.lists(small, min_size=1, max_size=3).map(tuple))
messages = st.builds(
    Rendered,
    st.just("uk"),
    st.just("ltr"),
    st.lists(st.one_of(small, folds), min_size=1, max_size=5).map(tuple),
    st.just(((Choice("Далі", "home"),),)),
)


def letters(text: str) -> str:
    return "".join(c for c in text if c not in "•0123456789. \n")


@given(messages, st.integers(40, 600))
def test_every_piece_fits_and_no_word_is_lost(message: Rendered, limit: int) -> None:
    pieces = fit(message, limit)
    assert all(utf16(piece.plain()) <= limit for piece in pieces)
    assert letters("".join(p.plain() for p in pieces)) == letters(message.plain())
    assert [p.buttons for p in pieces] == [()] * (len(pieces) - 1) + [message.buttons]


@given(messages)
def test_a_stored_message_comes_back_as_it_was(message: Rendered) -> None:
    assert from_json(to_json(message)) == message


def test_empty_words_come_back_too() -> None:
    bare = Rendered("uk", "ltr", (Block("text", (Span(""),)),), ((Choice("", "home"),),))
    assert from_json(to_json(bare)) == bare


def test_cuts_after_a_sentence() -> None:
    text = Block("text", (Span("Перше речення. Друге речення. Третє."),))
    pieces = fit(Rendered("uk", "ltr", (text,)), 32)
    assert [p.plain() for p in pieces] == ["Перше речення. Друге речення.", " Третє."]


def test_length_is_counted_as_telegram_counts() -> None:
    assert utf16("👨‍👩‍👧") == 8 and utf16("їжа") == 3
