"""Check the links of the built site, and that it loads nothing from the network.

``make site`` runs it on the folder of the site. It follows each link to a page and to its anchor,
and reads what pages and style sheets load. Links to other sites are only checked for their form:
encrypted, and DOIs by their resolver.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

# What a browser loads with a page, by element and attribute. Other links are followed by a click.
LOADED = {
    "audio": "src",
    "embed": "src",
    "iframe": "src",
    "img": "src",
    "link": "href",
    "object": "data",
    "script": "src",
    "source": "src",
    "video": "src",
}
LOADED_LINKS = {"icon", "manifest", "modulepreload", "preload", "stylesheet"}
DOI = re.compile(r"https://doi\.org/10\.\d{4,9}/[^\s<>\"]+")


class PageParser(HTMLParser):
    """Collect the anchors and links of a page, and what it loads."""

    def __init__(self) -> None:
        super().__init__()
        self.anchors: set[str] = set()
        self.links: list[str] = []
        self.loaded: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Read one element."""
        values = {name: value or "" for name, value in attrs}
        self.anchors |= {values[name] for name in ("id", "name") if name in values}
        if tag == "a" and "href" in values:
            self.links.append(values["href"])
        elif tag == "link" and not LOADED_LINKS & set(values.get("rel", "").split()):
            return
        elif address := values.get(LOADED.get(tag, "")):
            self.loaded.append(address)


def find_problems(site: Path) -> list[str]:
    """Return a sentence for each link that leads nowhere, and for what comes from the network."""
    files = (path for path in site.resolve().rglob("*.html") if "_static" not in path.parts)
    pages = {path: read_page(path) for path in sorted(files)}
    problems = [text for path, page in pages.items() for text in check_page(path, page, pages)]
    for path in sorted(site.resolve().rglob("*.css")):
        addresses = re.findall(r"(?:url\(|@import )\s*['\"]?([^'\")\s]+)", path.read_text("utf-8"))
        problems += [f"{path}: loads {address}" for address in addresses if is_external(address)]
    return [problem.replace(f"{site.resolve()}/", "") for problem in problems]


def read_page(path: Path) -> PageParser:
    """Return the anchors and links of a page."""
    page = PageParser()
    page.feed(path.read_text("utf-8"))
    return page


def check_page(path: Path, page: PageParser, pages: dict[Path, PageParser]) -> Iterator[str]:
    """Yield the problems of one page."""
    for address in page.loaded:
        if is_external(address):
            yield f"{path}: loads {address} from the network"
        elif not address.startswith("data:") and not find_target(path, address).exists():
            yield f"{path}: {address} does not exist"
    for address in page.links:
        if is_external(address):
            yield from check_form(path, address)
        elif not address.startswith(("mailto:", "#!")):
            yield from check_link(path, address, pages)


def is_external(address: str) -> bool:
    """Return whether an address is that of another site."""
    return address.startswith(("http:", "https:", "//"))


def check_form(path: Path, address: str) -> Iterator[str]:
    """Yield what is wrong with the form of a link to another site."""
    if not address.startswith("https://"):
        yield f"{path}: {address} is not encrypted"
    if "doi.org" in address and not DOI.fullmatch(address):
        yield f"{path}: {address} is not of the form https://doi.org/10.…"


def check_link(path: Path, address: str, pages: dict[Path, PageParser]) -> Iterator[str]:
    """Yield what is wrong with a link inside the site."""
    target, anchor = find_target(path, address), unquote(urlsplit(address).fragment)
    if not target.exists():
        yield f"{path}: {address} does not exist"
    elif anchor and target in pages and anchor not in pages[target].anchors:
        yield f"{path}: {address} has no such anchor"


def find_target(path: Path, address: str) -> Path:
    """Return the file that an address inside the site leads to."""
    name = unquote(urlsplit(address).path)
    return (path.parent / name).resolve() if name else path


def main() -> None:
    """Print the problems of a site, and end with an error if there are any."""
    problems = find_problems(Path(sys.argv[1]))
    if problems:
        sys.exit("\n".join(sorted(set(problems))))


if __name__ == "__main__":
    main()
