"""The screens that several flows show, as Messages: welcome, home, an answer, a child alone, "I do not know"."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.domain import doors
from bot.domain.awake_first import who_answers, who_answers_now
from bot.domain.calendar import SWEDEN
from bot.domain.content import Article
from bot.domain.conversation import Conversation, Frame
from bot.domain.corrections import may_be_watched
from bot.domain.messages import ArticleShown, Button, InEachLanguage, Line, Message, OfficeShown, Part, say
from bot.domain.paper import LEAFLET_AT_MOST_KB
from bot.domain.report import UNFINISHED_AFTER
from bot.domain.urgent import CALL_112, IN_DANGER

AT_MOST = 6  # choices on a screen
REPORT = "minor-report"
CHILD_ALONE = Button(say("I see a child alone"), "child", style="danger")
A_PERSON = Button(say("A person to talk to"), "help")
MACHINE = Button(say("Let the machine answer"), "person.machine")


def rows(buttons: list[Button] | tuple[Button, ...]) -> tuple[tuple[Button, ...], ...]:
    """One button a row: labels stay readable on a narrow phone."""
    return tuple((b,) for b in buttons)


def opens(frame: Frame, article: str) -> Button:
    """Return the button that opens an article."""
    return Button({c: b.button for c, b in frame.catalog.articles[article].texts.items()}, f"a:{article}")


def welcome(frame: Frame, hint: str = "") -> Message:
    """Return the very first screen: who we are, the languages, the app's own first, and a child alone in that language."""
    code = hint.partition("-")[0].lower()
    languages = sorted(frame.catalog.languages, key=lambda lang: code != lang.code and code not in lang.telegram)
    return Message(
        (
            InEachLanguage(say("Answers for people from Ukraine about school, money and housing in Sweden.")),
            InEachLanguage(say("In danger? Call 112.")),
        ),
        (
            *rows([Button({lang.code: lang.name}, f"lang:{lang.code}") for lang in languages]),
            (replace(CHILD_ALONE, action=f"child:{languages[0].code}"),),
        ),
        language=languages[0].code,
    )


def place_buttons(frame: Frame) -> tuple[tuple[Button, ...], ...]:
    """The featured places two a row, then the ways on for everybody else."""
    featured = sorted((p for p in frame.catalog.places.values() if p.featured), key=lambda p: p.featured)
    buttons = [Button(p.names, f"place:{p.id}") for p in featured[:4]]
    pairs = [tuple(buttons[i : i + 2]) for i in range(0, len(buttons), 2)]
    share = [(Button(say("Share where I am"), "near"),)] if frame.capabilities.can_ask_location else []
    return (*pairs, *share, (Button(say("I do not know, skip"), "place:none"),))


def home(conversation: Conversation, frame: Frame) -> Message:
    """The home screen: five topics, the rest behind one button, a child alone in one tap."""
    if conversation.language is None:
        return welcome(frame)
    here = frame.catalog.places.get(conversation.place or "")
    where = (
        Line(say("Your place: {place}.", place=here.names), "note")
        if here
        else Line(say("Your place is not chosen. Answers are for all of Sweden."), "note")
    )
    people = (answered_by_people(frame.asking.until),) if frame.asking.thread and frame.asking.until else ()
    topics = [Button(t.names, f"topic:{t.id}") for t in frame.catalog.topics[: AT_MOST - 1]]
    report = conversation.answers.get("report")
    own = ((Button(say("Your report {code}", code=report["code"]), "case", style="primary"),),) if report else ()
    return Message(
        (
            Line(say("What do you need help with? Choose, or write your question."), "title"),
            where,
            *people,
        ),
        (
            *own,
            *(((MACHINE,),) if people else ()),
            *rows(topics),
            (Button(say("More topics"), "topics"), Button(say("Change place"), "place")),
            (Button(say("I am helping somebody"), "helping"),),
            (CHILD_ALONE,),
        ),
    )


def answered_by_people(until: datetime) -> Line:
    """Return the line that stands wherever people answer a conversation, and not the machine."""
    at = until.astimezone(SWEDEN)
    return Line(say("A person answers here now, until {day}, {time}.", day=at.date(), time=f"{at:%H:%M}"), "note")


def helping() -> Message:
    """Ask a helper for somebody else's question."""
    return Message(
        (
            Line(say("Forward their message here, or paste it. You get the answer in their language and in yours.")),
            Line(say("Leave out names, phone numbers and papers. We do not need them."), "note"),
        ),
        ((CHILD_ALONE,),),
    )


def answer(conversation: Conversation, article_id: str, frame: Frame, language: str | None = None) -> Message:
    article = frame.catalog.articles[article_id]
    following = [opens(frame, a) for a in article.next if a in frame.catalog.articles]
    child = [(CHILD_ALONE,)] if article.topic == "minors" else []
    doors_ = rows(doors.under_article(article_id, offers=bool(frame.asking.offers)))
    way_on = (*child, *doors_, *rows(following[:4])) or ((Button(say("Topics"), "home"),),)
    person = (*watching(frame, article_id), A_PERSON)
    buttons = (*way_on, person, *at_the_end(conversation, article_id, frame, language))
    return Message(shown(article_id, conversation.place, frame), buttons, language=language)


def at_the_end(
    conversation: Conversation, article_id: str, frame: Frame, language: str | None = None
) -> tuple[tuple[Button, ...], ...]:
    """Return the last rows under every answer."""
    article = frame.catalog.articles[article_id]
    return (did_it_help(article), *to_take_along(conversation, article_id, frame, language))


def did_it_help(article: Article) -> tuple[Button, ...]:
    """Return the row that asks whether this version of the answer helped."""
    about = f"{article.id}:{article.version[:8]}"
    return (Button(say("It helped"), f"helped:y:{about}"), Button(say("It did not help"), f"helped:n:{about}"))


def to_take_along(
    conversation: Conversation, article_id: str, frame: Frame, language: str | None = None
) -> tuple[tuple[Button, ...], ...]:
    """Return the rows that show the answer to an office, and share, print or keep it where our web pages can be reached."""
    show = Button(say("Show at an office"), f"office:{article_id}")
    if frame.pages is None:
        return ((show,),)
    code = frame.catalog.language(language or conversation.language).code
    here = f"?lang={code}{f'&place={conversation.place}' if conversation.place else ''}"
    page = f"{frame.pages}/a/{article_id}"
    title = frame.catalog.answer(article_id, conversation.place, code, frame.today).title
    share = Button(say("Share"), link=f"{page}{here}", about=title)
    return ((show, share), (Button(say("PDF, up to {size} KB", size=LEAFLET_AT_MOST_KB), url=f"{page}.pdf{here}"),))


def shown(article_id: str, place: str | None, frame: Frame) -> tuple[Part, ...]:
    """Return the article; above the one on reporting a child stands who answers at this moment."""
    now = who_answers_now(place, frame) if article_id == REPORT else ()
    return (*now, ArticleShown(article_id, place))


def watching(frame: Frame, article_id: str) -> tuple[Button, ...]:
    """Return the button with which a reader asks to be told of changes, where there is one."""
    allowed = may_be_watched(frame.catalog.articles[article_id])
    return (Button(say("Tell me if this changes"), f"watch:{article_id}"),) if allowed else ()


def child_alone(place: str | None, frame: Frame) -> Message:
    """Return the numbers that matter for a child without its parents, at this place: who answers now comes first."""
    return Message(
        (
            Line(say("A child alone"), "title"),
            Line(say("Is the child in danger now? Call 112."), "warning"),
            Line(say("Stay with the child if you can. Call the social services (socialtjänsten).")),
            *who_answers(place, frame),
            Line(say("You need not say who you are. You need not be sure.")),
        ),
        (
            (CALL_112,),
            (Button(say("Change place"), "place"), A_PERSON),
            (Button(say("How to report"), "a:minor-report"),),
            (Button(say("I am under 18 and alone"), "a:minor-alone-self"),),
            (Button(say("With a relative"), "a:minor-with-relative"),),
        ),
    )


def child_first(place: str | None, frame: Frame, *, language: str = "", there: bool = False) -> Message:
    """Return the first screen of a child alone: with the report where somebody takes it, else with the numbers.

    `there`: somebody came by a link or a code that says that the child is at `place`.
    """
    return is_it_safe(place, frame, language, there=there) if frame.takes_reports else child_alone(place, frame)


def is_it_safe(place: str | None, frame: Frame, language: str = "", *, there: bool = False) -> Message:
    """Return the first screen of a report: 112, whoever answers now, and the first of two questions.

    Short enough to see the question on a small phone; who answers at other hours stands behind 112 and in the receipt.
    Where the place is filled in already (`there`), the buttons carry it, and the language: one press is a report.
    """
    numbers = child_alone(place, frame)
    here = frame.catalog.places.get(place or "") if there else None
    more = f":{here.id}:{language}" if here else f"::{language}" if language else ""
    at = (Line(say("The report goes to {place}.", place=here.names), "note"),) if here else ()
    other = ((Button(say("The child is somewhere else"), f"child:{language}"),),) if here else ()
    return Message(
        (
            *numbers.parts[:2],
            *(who_answers_now(place, frame) or who_answers(place, frame)),
            Line(say("Or report here: two answers, and we call the social services for you.")),
            *at,
            Line(say("Is the child safe right now?"), "title"),
            Line(say("They read what you write. You need not say who you are, and you need not be sure."), "note"),
            Line(
                say(
                    "If you stop half-way, it still counts: danger or a place is enough. "
                    "After {n} minutes it is marked unfinished.",
                    n=int(UNFINISHED_AFTER.total_seconds() // 60),
                ),
                "note",
            ),
        ),
        (
            (CALL_112,),
            (Button(say("No, it is in danger"), f"safe:danger{more}", style="danger"),),
            (Button(say("Yes, for the moment"), f"safe:safe{more}"),),
            (Button(say("I do not know"), f"safe:unsure{more}"),),
            *other,
            (Button(say("How to report"), "a:minor-report"), Button(say("I am under 18 and alone"), "a:minor-alone-self")),
        ),
    )


def door(action: str) -> Message:
    """Return the page behind a one-time link: one press opens it."""
    return Message(
        (
            Line(say("Go on with the report here")),
            Line(say("Press Open. The link works once. On a borrowed phone, choose “Close and clear” at the end."), "note"),
        ),
        ((Button(say("Open"), action, style="primary"),), (CALL_112,)),
    )


def needs_help(frame: Frame) -> Message:
    """Return what a bare cry for help gets: the topics at once. 112 and the question of safety are put before it."""
    topics = [Button(t.names, f"topic:{t.id}") for t in frame.catalog.topics[: AT_MOST - 1]]
    return Message(
        (Line(say("What do you need? Choose, or write it in a few words."), "title"),),
        (*rows(topics), (Button(say("More topics"), "topics"), A_PERSON)),
    )


def topic_of(frame: Frame) -> str:
    """Return the topic of the article nearest to the words of the event, '' where none is near."""
    hits = (hit.article for hit in (frame.found.hits if frame.found else ()))
    return next((frame.catalog.articles[a].topic for a in hits if a in frame.catalog.articles), "")


def unknown(conversation: Conversation, frame: Frame) -> Message:
    """The honest end: we have no checked text on this, and this is who does know."""
    ask = ((Button(say("Ask a person"), "person", style="primary"),),) if frame.asking.taken else ()
    return Message(
        (
            Line(say("We have no checked answer to this. Ask a person here:")),
            OfficeShown("contact_centre", conversation.place),
            OfficeShown("sverige.migration_agency"),
        ),
        (
            *ask,
            (Button(say("Topics"), "home"), Button(say("Help"), "help")),
            (CHILD_ALONE,),
        ),
    )


# What a person gets when a fault of ours has set their message aside.
FALLBACK = Message(
    (
        Line(say("Something went wrong on our side. We have noted it.")),
        IN_DANGER,
        OfficeShown("contact_centre"),
        OfficeShown("sverige.migration_agency"),
    ),
    ((Button(say("Topics"), "home"), CHILD_ALONE),),
)
