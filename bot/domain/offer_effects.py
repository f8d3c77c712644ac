"""What a step does to offers of a home, as data: carried out by services/offers.py."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Home:
    """What is offered. `starts` and `stays`: a key of offer.STARTS and STAYS, or the person's own words, '' = not said."""

    kind: str
    beds: int
    starts: str = ""
    stays: str = ""


@dataclass(frozen=True, slots=True)
class LeaveOffer:
    """Put it before the municipality's staff. `way`: how the person can be reached, in their own words."""

    key: str
    place: str
    home: Home = field(repr=False)
    way: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class WithdrawOffer:
    """The person takes it back: words and row go."""

    key: str


@dataclass(frozen=True, slots=True)
class ShowOffers:
    """Tell the person which of their offers are kept. Answered by the service."""


OfferEffect = LeaveOffer | WithdrawOffer | ShowOffers
