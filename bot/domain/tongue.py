"""Which of Ukrainian, Russian, Swedish and English somebody writes in, also mixed, in Latin letters, and in few words.

`spoken` looks at letters that only one of them has, then at small words and endings. A guess from a handful of words: what
follows from it is shown to the helper and can be changed with one tap.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from bot.domain.wording import clean

LOOKED_AT = 1_000  # characters: enough to tell, and the longest message costs no more
WORD_AT_MOST = 40  # letters
MIXED_FROM = 0.2  # share of the telling words from which a second language counts
_WORD = re.compile(r"[^\W\d_]+(?:['’ʼ`][^\W\d_]+)*")
_CYRILLIC = re.compile("[а-яёіїєґ]")
_UKRAINIAN = re.compile("[іїєґ]|[бпвмфрк]['’ʼ`][яюєї]")
_RUSSIAN = re.compile("[ыэъё]")
_SWEDISH = re.compile("[åäö]")
_NOT_SWEDISH = re.compile("[õñçćčšžłąęśźżüß]")

_SMALL_WORDS = {
    "uk": "що як це де чи та й або але вже ще тут там від до про при без після коли тому якщо треба потрібно можна бо був була "
    "було були буде мене мені мій моя моє мої нас нам ми ви вони він вона воно його дитина дитини дитину дитиною син донька "
    "школа школи школу гроші грошей скільки хто чому який яка яке які маю має мають хочу хоче робити зробити отримати дуже "
    "зараз сьогодні завтра дякую прошу вітаю привіт доброго дня будь ласка підкажіть допоможіть житло житла роботу роботи "
    "карта картку довідка лікар лікаря документи переїхати мешкаємо живемо приїхали чоловік дружина немає нема куди звідки "
    "щоб щодо також лише тільки навіть можу можемо може одна один наш наша наші свій своя весь всі усі подати оформити",
    "ru": "что как это где или и уже еще здесь от до про при без после когда потому если надо нужно можно был была было были "
    "будет меня мне мой моя мое мои нас нам мы вы они он она оно его ребенок ребенка ребенку ребенком сын дочь дочка школа "
    "школы школу деньги денег сколько кто почему какой какая какое какие есть нет хочу хочет делать сделать получить очень "
    "сейчас сегодня завтра спасибо пожалуйста здравствуйте привет добрый день подскажите помогите жилье жилья работу работы "
    "карта карту справка врач врача документы переехать живем приехали муж жена куда откуда чтобы насчет тоже также только "
    "даже могу можем может одна один наш наша наши свой своя все с к и ли бы их им ей ему оформить боюсь нечем",
    "sv": "och att det är jag inte för på med hur när var kan har hade min mitt mina din ditt vi ni de dem han hon den ett en "
    "som till från av om vad vem vilken vilka vart ska skall vill behöver måste får fick finns hej tack snälla hjälp barn "
    "barnet barnen skola skolan pengar bostad boende bo bor någon något några eller men också redan där här nu idag imorgon "
    "kommun kommunen svenska ukraina mycket man sig sin sitt sina hos efter innan utan under över nya ny år gammal dotter "
    "son fru mamma pappa jobb arbete läkare vård pass kort ansöka söker söka begära betala kostar gratis tillstånd blir bli "
    "vara varit gå går kommer kom göra gör nåt hjälpa behövs gäller lägenhet hyra ska i så ut upp vår vårt våra er ert",
    "en": "the and is are was were be been am i my me we our us you your he she it they them their his her its a an of to in on "
    "for with from at by about what how when where who why which can could does did have has had need want get got will "
    "would should must may not no yes hello hi thanks please help child children kids school money housing flat stay live "
    "living work job doctor papers card apply pay paid cost free today tomorrow now here there this that if or but after "
    "before without any some much many long old son daughter husband wife mother father come came go going into someone "
    "anyone somewhere still already sweden swedish ukraine ukrainian tell know find there's don't i'm can't let asks says "
    "family person people right place give take as so then than out up own just only also new back home day",
}
# As Ukrainian and Russian are typed in Latin letters.
_SPELLED = {
    "uk": "yak shcho scho sho shcho de dlya chy ta abo ale vzhe tut dytyna dytyny dytynu syn treba potribno mozhna koly yakshcho "
    "meni miy moya nas nam my vy vony hroshi hroshey groshi groshei skilky skilki khto chomu yakyi yaka khochu hochu robyty "
    "zhytlo zhitlo dyakuyu dobryi den pryvit laska bud pidkazhit shkola shkoly shkolu robotu nemaye nema kudy shchob "
    "otrymaty vid pislia pislya likar likarya dokumenty pryikhaly pryihaly ditey dity ye bez yaki kozhen tsey tse",
    "ru": "kak chto gde dlya ili uzhe esche eshche zdes ot rebenok rebenka rebenku syn doch nado nuzhno mozhno kogda esli mne "
    "moy moi moya nas nam my vy oni dengi deneg skolko kto pochemu kakoy kakie hochu khochu delat zhilye zhilyo zhile spasibo "
    "zdravstvuyte zdravstvuite privet pozhaluysta pozhaluista podskazhite shkola shkolu rabotu rabota net kuda chtoby "
    "poluchit posle vrach vracha priehali est bez",
}
_OWN = {lang: frozenset(words.split()) for lang, words in _SMALL_WORDS.items()}
_LATIN = {lang: frozenset(words.split()) for lang, words in _SPELLED.items()}
_ENDINGS = (  # on words of five letters and more
    (
        "uk",
        (
            "увати",
            "ювати",
            "ити",
            "ати",
            "яти",
            "іти",
            "ення",
            "ання",
            "ство",
            "ий",
            "ього",
            "ої",
            "ою",
            "еш",
            "ємо",
            "емо",
            "ється",
            "ються",
        ),
    ),
    (
        "ru",
        (
            "ешь",
            "ишь",
            "ать",
            "ять",
            "еть",
            "уть",
            "ение",
            "ание",
            "ого",
            "его",
            "ешься",
            "тся",
            "ый",
            "ая",
            "ое",
            "ие",
            "ые",
            "ием",
            "иях",
            "ией",
            "ет",
            "ут",
            "ют",
            "ят",
        ),
    ),
)
_SWEDISH_STEMS = re.compile("skydd|kort|bostad|skol|kommun|migrations|blankett|intyg|barn|ersetn|ersattn|tillstand|ukrainsk")
_LATIN_ENDINGS = (
    (
        "sv",
        (
            "ande",
            "ende",
            "arna",
            "erna",
            "orna",
            "ning",
            "ningen",
            "heten",
            "het",
            "skap",
            "tion",
            "igt",
            "iga",
            "isk",
            "iska",
            "ade",
            "ats",
        ),
    ),
    ("en", ("ing", "tion", "ment", "ness", "ful", "ally", "ould", "ght", "ed", "ies", "ity", "ous")),
    ("uk", ("aty", "yty", "iaty", "uvaty", "nnia", "nnya", "ykh", "oho", "iyu", "iy")),
)
_SLAVIC = re.compile("zh|shch|kh|[^aeiou]y[aeiou]|^ya|^jak$|yi|iya|ija|iia|[^aeiou]j[aeou]|zv|^v?shvec|ii$|yty$|aty$")


@dataclass(frozen=True, slots=True)
class Spoken:
    """The languages of some words, the main one first; () when nothing tells. Codes: uk, ru, sv, en."""

    languages: tuple[str, ...] = ()

    @property
    def main(self) -> str:
        return self.languages[0] if self.languages else ""


def spoken(words: str) -> Spoken:
    """Return the languages of the words. Never raises for any text."""
    votes: Counter[str] = Counter()
    for word in _WORD.findall(clean(words[:LOOKED_AT]).lower()):
        if len(word) <= WORD_AT_MOST:
            for code, weight in _votes(word).items():
                votes[code] += weight
    total = sum(votes.values())
    telling = [code for code, count in votes.most_common() if count >= max(2, MIXED_FROM * total)]
    telling = telling or [code for code, _ in votes.most_common(1)]
    # Cyrillic without a telling word: who reads one of the two reads our Ukrainian text.
    return Spoken(tuple(telling) or (("uk",) if _CYRILLIC.search(words.lower()) else ()))


def _votes(word: str) -> dict[str, int]:
    """Return what one word says: 3 for letters of one language, 2 for its small words, 1 for an ending, shared ones split."""
    if _CYRILLIC.search(word):
        if _UKRAINIAN.search(word):
            return {"uk": 3}
        if _RUSSIAN.search(word):
            return {"ru": 3}
        return _known(word, ("uk", "ru"), _OWN, 2) or _ending(word, _ENDINGS)
    if _SWEDISH.search(word) and not _NOT_SWEDISH.search(word):
        return {"sv": 3}
    found = _known(word, ("sv", "en"), _OWN, 2)
    spelled = _known(word, ("uk", "ru"), _LATIN, 2)
    if found and any(word in words for words in _LATIN.values()):  # "de", "my", "net": the words beside them decide
        return dict.fromkeys((*found, *spelled), 1)
    found = found or spelled
    if found or len(word) < 4:
        return found
    if _SLAVIC.search(word):
        return {"uk": 1}
    return {"sv": 1} if _SWEDISH_STEMS.search(word) else _ending(word, _LATIN_ENDINGS)


def _known(word: str, codes: tuple[str, ...], lists: dict[str, frozenset[str]], weight: int) -> dict[str, int]:
    hits = [code for code in codes if word in lists[code]]
    return {hits[0]: weight} if len(hits) == 1 else {}


def _ending(word: str, endings: tuple[tuple[str, tuple[str, ...]], ...]) -> dict[str, int]:
    if len(word) < 5:
        return {}
    hits = [code for code, ends in endings if word.endswith(ends)]
    return {hits[0]: 1} if len(hits) == 1 else {}
