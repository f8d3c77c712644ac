"""Which text a question is nearest to, with very many texts: what stands in nearly all of them says nothing and costs nothing."""

from __future__ import annotations

from bot.domain.ranking import EVERYWHERE, NOWHERE, Ranking, Sample


def test_a_piece_that_stands_nearly_everywhere_is_passed_over_and_the_rest_decides() -> None:
    many = EVERYWHERE + 100
    ranking = Ranking(Sample(f"article-{n}", f"skola {_word(n)}") for n in range(many))
    assert ranking._worth("=skola") is NOWHERE
    chances = ranking.chances(f"skola {_word(77)}")
    assert max(chances, key=chances.__getitem__) == "article-77"


def test_with_as_many_texts_as_there_are_every_piece_counts() -> None:
    ranking = Ranking(Sample(f"article-{n}", f"skola {_word(n)}" if n % 2 else _word(n)) for n in range(100))
    classes, worths = ranking._worth("=skola")
    assert list(classes) == list(range(1, 100, 2)) and min(worths) > 0


def _word(number: int) -> str:
    """Return a word that differs from the others in its first letters."""
    return "".join("bcdfghklmn"[int(digit)] for digit in f"{number:05}"[::-1])
