"""What a report's timeline says: one sentence for every word that a use case writes there, also for what was not sent and why."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot.domain import statutory
from bot.domain.messages import N_, Text, say

CHANNELS = {"telegram": "Telegram", "web": N_("the web chat"), "mail": N_("e-mail"), "sms": "SMS"}
OUTCOMES = {
    "met": N_("We met the child"),
    "handed_over": N_("Handed over to another authority"),
    "police": N_("The police took over"),
    "with_guardian": N_("With parent or guardian"),
    "not_found": N_("Looked for, not found"),
    "no_child": N_("There was no child"),
    "duplicate": N_("Same as another report"),
    "practice": N_("It was a drill"),
}
SAFETY = {
    "danger": N_("IN DANGER NOW"),
    "unsure": N_("Not known if safe"),
    "safe": N_("Safe for the moment"),
}
_STATES = {"office": N_("office hours"), "duty": N_("duty hours"), "gap": N_("between office and duty hours")}


@dataclass(frozen=True, slots=True)
class Told:
    """What a sentence may name. `unit`: the name of the unit that the detail names, '' where it names none."""

    who: str
    channel: str
    detail: str
    unit: str

    @property
    def way(self) -> Text:
        return say(CHANNELS.get(self.channel, self.channel))

    @property
    def clock(self) -> str:
        return statutory.NAMES.get(self.detail, "?")

    @property
    def level(self) -> str:
        return self.detail.removeprefix("level ")


_SENTENCES: dict[str, Callable[[Told], Text]] = {
    "received": lambda t: say("The report came in by {way}: {safety}.", way=t.way, safety=say(SAFETY.get(t.detail, "?"))),
    "routed": lambda t: say("It went to {unit} ({hours}).", unit=t.unit or "?", hours=say(_hours(t.detail))),
    "aided": lambda t: say("Mutual aid: it takes the cases of {unit} now.", unit=t.unit or "?"),
    "not_connected": lambda t: say("The place has no staff of its own here. It went to {unit}.", unit=t.unit or "–"),
    "place_presumed": lambda t: say("The reporter has not said where yet. It is routed by the place of their chat."),
    "place_told": lambda t: say("The reporter said where the child is: {place}.", place=t.detail),
    "place_corrected": lambda t: say("CORRECTED by the reporter: the child is in {place}.", place=t.detail),
    "safety_corrected": lambda t: say("CORRECTED by the reporter: {safety}.", safety=say(SAFETY.get(t.detail, "?"))),
    "goes_there": lambda t: say("It goes to {unit}. Who was called before may still take it.", unit=t.unit or "?"),
    "asked_there": lambda t: say("{unit} is called, too. Whoever has it keeps it until they take it.", unit=t.unit or "?"),
    "answered": lambda t: say("The reporter answered a question."),
    "completed": lambda t: say("The reporter came to the end of the questions."),
    "unfinished": lambda t: say("The reporter stopped half-way: marked as unfinished."),
    "reporter_wrote": lambda t: say("The reporter wrote, by {way}.", way=t.way),
    "writes_in": lambda t: (
        say("The reporter writes in Russian. Prepared phrases go in Russian.")
        if t.detail == "ru"
        else say("Prepared phrases go in the language of the reporter's chat again.")
    ),
    "now_in_danger": lambda t: say("The reporter wrote words of danger. It counts as IN DANGER NOW."),
    "reporter_joined": lambda t: say("The reporter opened the report in {way}, too.", way=t.way),
    "reporter_left": lambda t: say("The reporter erased their chat ({way}). Nothing reaches them there.", way=t.way),
    "taken_back": lambda t: say("The reporter says: it was a mistake. Check before you close it."),
    "reporter_told_nobody": lambda t: say("The reporter was told that nobody has accepted it yet, and whom to ring."),
    "receipt_given": lambda t: say("The reporter got a code to come back with."),
    "called": lambda t: say("Level {level} was called.", level=t.level),
    "called_again": lambda t: say("Level {level} was called again: nobody had taken it.", level=t.level),
    "manager_called": lambda t: say("{who} was called as duty manager.", who=t.who),
    "nobody": lambda t: say("NOT CALLED: nobody was on call at level {level}.", level=t.level),
    "catch_all": lambda t: say("Nobody could be reached here, so {unit} was called.", unit=t.unit or t.detail),
    "paged": lambda t: say("{who} was paged by {way}.", who=t.who, way=t.way),
    "not_delivered": lambda t: say("NOT DELIVERED: the page to {who} by {way} was refused.", who=t.who, way=t.way),
    "no_way_left": lambda t: say("NOT SENT: there is no further way to reach {who}.", who=t.who),
    "pages_withdrawn": lambda t: say("{n} pages were withdrawn before they were sent: somebody had taken it.", n=t.detail),
    "word_refused": lambda t: say("NOT DELIVERED: a word to {who} by {way} was refused.", who=t.who, way=t.way),
    "clock_reminded": lambda t: say("{who} was reminded of a time that the law sets: {what}.", who=t.who, what=say(t.clock)),
    "clock_nobody": lambda t: say("NOT SENT: nobody could be reminded of a time that the law sets: {what}.", what=say(t.clock)),
    "clock_done": lambda t: say("{who} marked as done: {what}.", who=t.who, what=say(t.clock)),
    "clock_not_done": lambda t: say("{who} marked as not done after all: {what}.", who=t.who, what=say(t.clock)),
    "owner_told": lambda t: say("{who} was told that the reporter wrote.", who=t.who),
    "reminded": lambda t: say("{who} was reminded: nothing had happened for a while.", who=t.who),
    "released": lambda t: say("{who} was silent too long, so the case was set free.", who=t.who),
    "taken": lambda t: say("{who} took it.", who=t.who),
    "staff_wrote": lambda t: say("{who} wrote to the reporter.", who=t.who),
    "answer_waits": lambda t: say("By {way} only a link went: free words are read in our own chat.", way=t.way),
    "asked_to_ring": lambda t: say("NOT DELIVERED by {way}: the reporter was asked to ring. Use a prepared phrase.", way=t.way),
    "not_reached": lambda t: say("NOT DELIVERED: the reporter can be reached nowhere now."),
    "noted": lambda t: say("{who} made a note.", who=t.who),
    "viewed": lambda t: say("{who} opened it with a reason.", who=t.who),
    "offered": lambda t: say("{who} asked {unit} to take it over.", who=t.who, unit=t.unit or t.detail),
    "asked": lambda t: say("Level {level} there was asked.", level=t.level),
    "not_accepted": lambda t: say(
        "{who} was told that nobody at {unit} has accepted it yet.", who=t.who, unit=t.unit or t.detail
    ),
    "offer_nobody": lambda t: say(
        "NOT SENT: nobody at {unit} can be called now. {who} was told.", unit=t.unit or t.detail, who=t.who
    ),
    "offer_taken_back": lambda t: say("{who} asks them no longer.", who=t.who),
    "declined": lambda t: say("{who} at {unit} said no. It stays where it is.", who=t.who, unit=t.unit or t.detail),
    "accepted": lambda t: say("{who} took it over for {unit}.", who=t.who, unit=t.unit or t.detail),
    "closed": lambda t: say("{who} closed it: {outcome}.", who=t.who, outcome=say(OUTCOMES.get(t.detail, t.detail))),
    "reopened": lambda t: say("It was opened again."),
    "put_right": lambda t: say("The service found that nobody was being called, and called again."),
    "handed_over": lambda t: say("{who} confirmed that the records system has it.", who=t.who),
    "erased": lambda t: say("ERASED: the key of this case was destroyed. Nobody can read its words any more."),
    "drill": lambda t: say("{who} started a drill.", who=t.who),
}
WORDS = frozenset(_SENTENCES)
NOT_SENT = frozenset(
    (
        "nobody",
        "not_delivered",
        "no_way_left",
        "pages_withdrawn",
        "reporter_left",
        "asked_to_ring",
        "not_reached",
        "word_refused",
        "clock_nobody",
        "offer_nobody",
    )
)


def sentence(what: str, *, who: str = "", channel: str = "", detail: str = "", unit: str = "") -> Text:
    """Return what happened, in words. A word that has no sentence yet is shown as it is, never left out."""
    made = _SENTENCES.get(what)
    return made(Told(who or "?", channel, detail, unit)) if made else Text(what)


def _hours(detail: str) -> str:
    return _STATES.get(detail.rpartition(" ")[2], "–")
