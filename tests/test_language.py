"""The project is written in the standard terms of its field, in American English.

`TERMS` maps words that have a standard term, or that are hard to read, to what to write instead.
Documents, docstrings, comments, messages, page templates and comments of native code are read.
"""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FOLDERS = ("src", "tests", "docs", "examples", "benchmarks", "native")
SUFFIXES = {".py", ".md", ".hpp", ".cpp", ".j2", ".js"}

# Regular expressions of whole words, in any case; see CONTRIBUTING.md for the glossary in prose.
TERMS = {
    # what samplers do
    r"(made|new) (row|sample|point|minority row)s?": "synthetic sample (in tables: synthetic row)",
    r"(make|makes|making) (new )?(rows|points|samples)": "generate synthetic samples",
    r"(grow|grows|grown|growing) (a|the|each|its|every|some|that|one) class(es)?": "oversample",
    r"(growing|grown) class(es)?|class(es)? (that )?(grows?|grown)": "oversampled class",
    r"(shrinks?|shrunk|shrinking) (a|the|each) class(es)?|thin(s|ned|ning)? out": "undersample",
    r"(over|under)-sampl(e|es|ed|er|ers|ing)": "oversampling, undersampling",
    r"repeated rows?|repeats of rows?": "duplicates",
    r"parents?(?! (class|folder|directory|process|package|module))": "base sample and neighbor",
    r"partners?|donors?|blend(s|ed|ing)?": "neighbor; category source; interpolate",
    r"(?<!nearest )enem(y|ies)|foes?": "sample of another class",
    # data
    r"rar(e|er|est) (class(es)?|rows?|ones?)": "minority class",
    r"commonest|common(er)? class(es)?": "most frequent; majority class",
    r"(missing|empty) cells?|cells? (is|are) missing": "missing value",
    r"nominal(ly)?(?! (level|coverage))": "categorical",
    r"neighbours?|neighbouring|neighbourhoods?": "neighbor, neighborhood",
    # comparisons
    r"remed(y|ies)": "method",
    r"arms?": "candidate",
    r"headlines?": "primary metric",
    r"(?<!cumulative )gains?": "improvement",
    r"no material difference|cannot tell|cannot be told": "equivalent; inconclusive",
    r"doing nothing|knows nothing": "baseline; dummy classifier",
    r"holds? together|holds? 0": "simultaneous; includes 0",
    r"false alarms?|missed rows?|flagged": "false positive; false negative; predicted positive",
    r"(mis)?judg(e|es|ed|ing)": "evaluate, classify, score",
    r"unseen": "held-out, out-of-fold",
    r"bent|bends?": "miscalibrated",
    r"true probabilities|(stays?|keeps?|kept) (its probabilities )?true": "calibrated",
    r"worth having": "recommended",
    r"tells? apart|told apart": "distinguish",
    # plain English
    r"shall|surely|anew|besides?|nobody|whoever|hence|thereby|thereof|wherein|upon": "plain words",
    r"told|said": "predicted, given, reported",
    r"says? (of|whether|what|which|where|how)": "return whether; describe",
    r"tells? (whether|what|how|of|which)": "report; return",
    r"asked|asks (a|an|for|of|the|how|which|what|whether)": "requested; queried",
    r"of (one's|your|their|his) own|of yours|of theirs": "your own; their own",
    r"mend(s|ed|ing)?": "fix, correct",
    r"dealt|gravest|by nature|ever so": "split; most severe; plain words",
    r"priced?|prices": "penalty; counted as",
    r"doors?|the house|rooms?": "entry point; package",
    # American spelling
    r"colou?r(?<!color)s?|colou?red(?<!colored)|centres?|centred|behaviours?|licences?": "American",
    r"(un)?labelled|grey|artefacts?|favour\w*|honour\w*|modell(ed|ing)|analys(e|es|ed)": "American",
    r"\w*(normal|optim|recogn|standard|random|organ|initial|summar|minim|maxim|general|penal|"
    r"vector|discret|categor|character|visual|parallel|regular)is(e|es|ed|ing|ation)": "American",
}
ANY_TERM = re.compile(rf"(?<![\w`./-])(?:{'|'.join(TERMS)})(?![\w`])", re.IGNORECASE)
PATTERNS = [
    (re.compile(rf"(?<![\w`./-])(?:{pattern})(?![\w`])", re.IGNORECASE), use)
    for pattern, use in TERMS.items()
]
# Titles of papers, constants of imbalanced-learn, and phrases in which a word is a standard term.
ALLOWED = re.compile(
    r"\"(over|under|clean)-sampling\"|'(over|under)-sampling'"
    r"|(Minority )?Over-sampling Technique|a new over-sampling method in"
    r"|Borderline over-sampling for|Over-Sampling"
    r"|[Nn]eighbourhood [Cc]leaning [Rr]ule|[Nn]earest [Nn]eighbour [Pp]attern"
    r"|[Cc]ondensed [Nn]earest [Nn]eighbour [Rr]ule"
    r"|-t price|['\"]price['\"]"  # the column of a table of houses
)


def prose(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the line numbers and texts of a file that people read."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type in (tokenize.STRING, tokenize.COMMENT):
                for offset, line in enumerate(token.string.splitlines()):
                    if not line.lstrip().startswith((">>>", "...")):
                        yield token.start[0] + offset, line
    elif path.suffix in (".hpp", ".cpp"):
        for number, line in enumerate(text.splitlines(), 1):
            if "//" in line or '"' in line:
                yield number, line
    else:
        yield from enumerate(text.splitlines(), 1)


def files() -> list[Path]:
    """Return all files that are checked."""
    found = [path for folder in FOLDERS for path in sorted((ROOT / folder).rglob("*"))]
    found += sorted(ROOT.glob("*.md"))
    return [path for path in found if path.suffix in SUFFIXES and path != Path(__file__)]


def problems(lines: Iterator[tuple[int, str]]) -> list[str]:
    """Describe each word that has a standard term."""
    checked = ((number, ALLOWED.sub("", line)) for number, line in lines)
    return [
        f"{number}: {match.group()!r}: write {use}"
        for number, line in checked
        if ANY_TERM.search(line)  # much faster than each term by itself
        for pattern, use in PATTERNS
        for match in pattern.finditer(line)
    ]


@pytest.mark.parametrize("path", files(), ids=lambda path: str(path.relative_to(ROOT)))
def test_standard_terms_are_used(path: Path) -> None:
    """No file contains a word that has a standard term."""
    found = problems(prose(path))

    assert not found, "\n".join(f"{path.relative_to(ROOT)}:{problem}" for problem in found)


@pytest.mark.parametrize(
    "text",
    ["No remedy helps.", "missing cells", "the rarest class", "it shall", "neighbour", "centred"],
)
def test_the_check_finds_words(text: str) -> None:
    """The check finds words that have a standard term, and reports the line."""
    assert problems(iter([(3, text)]))[0].startswith("3: ")


def test_the_check_allows_standard_terms() -> None:
    """The check allows the terms that it suggests, class names and titles of papers."""
    text = "`nominal`, EditedNearestNeighbours, Synthetic Minority Over-sampling Technique"

    assert not problems(iter([(1, text)]))
