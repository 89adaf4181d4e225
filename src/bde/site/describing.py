"""What a page is about, for search engines: JSON-LD in the terms of https://schema.org/."""

from collections.abc import Mapping, Sequence

from bde.namespaces import BDE
from bde.site import addresses
from bde.site.reading import Reader
from bde.syntax import Term

_CONTEXT = "https://schema.org"
_KIND = {
    "person": "Person",
    "organization": "Organization",
    "group": "Organization",
    "delegation": "Organization",
    "state": "Country",
    "place": "Place",
    "engagement": "Event",
    "instrument": "DigitalDocument",
    "source": "Article",
    "mechanism": "EventSeries",
}
_STATUS = {
    "planned": "EventScheduled",
    "announced": "EventScheduled",
    "canceled": "EventCancelled",
    "postponed": "EventPostponed",
}


def thing(reader: Reader, iri: str) -> Mapping[str, object]:
    """The description of a thing, with nothing in it that the page does not say."""
    kind = addresses.kind(iri)
    said: dict[str, object] = {
        "@context": _CONTEXT,
        "@id": iri,
        "@type": _KIND.get(kind, "Thing"),
        "name": reader.label(iri),
    }
    entry = reader.entry(iri)
    if kind == "engagement":
        if entry.first:
            said["startDate"] = entry.first
        if entry.realization in _STATUS:
            said["eventStatus"] = f"https://schema.org/{_STATUS[entry.realization]}"
        venues = [reader.label(str(venue)) for venue in reader.said(iri).get(BDE + "venue", ())]
        if venues:
            said["location"] = [{"@type": "Place", "name": venue} for venue in venues]
    if kind == "source":
        short, _, address = reader.source(iri)
        said |= {"alternativeHeadline": short} | ({"url": address} if address else {})
    if kind == "person":
        names = {str(text) for p, s in reader.store.mentions(iri) for text in _forms(reader, p, s)}
        if others := sorted(names - {reader.label(iri)}):
            said["alternateName"] = others
    return said


def _forms(reader: Reader, name: str, form: str) -> list[Term]:
    """The text of a form of a name, where this is one."""
    return reader.objects(form, "nameText") if name == BDE + "nameOf" else []


def term(iri: str, name: str, definition: str) -> Mapping[str, object]:
    """The description of a concept."""
    return {
        "@context": _CONTEXT,
        "@id": iri,
        "@type": "DefinedTerm",
        "name": name,
        "description": definition,
    }


def pair(title: str, states: Sequence[str]) -> Mapping[str, object]:
    """The description of a briefing of two states."""
    about = [{"@type": "Country", "name": name} for name in states]
    return {"@context": _CONTEXT, "@type": "Report", "name": title, "about": about}


def dataset(name: str, description: str, version: str) -> Mapping[str, object]:
    """The description of the whole graph."""
    return {
        "@context": _CONTEXT,
        "@type": "Dataset",
        "name": name,
        "description": description,
        "version": version,
        "license": "https://creativecommons.org/licenses/by/4.0/",
        "isAccessibleForFree": True,
    }


def question(name: str, summary: str, description: str) -> Mapping[str, object]:
    """The description of a saved question with its answer."""
    return {
        "@context": _CONTEXT,
        "@type": "Dataset",
        "alternateName": name,
        "name": summary,
        "description": description,
        "license": "https://creativecommons.org/licenses/by/4.0/",
    }
