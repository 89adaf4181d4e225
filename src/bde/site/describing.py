"""What a page is about, for search engines: JSON-LD in the terms of https://schema.org/."""

from collections.abc import Mapping

from bde.namespaces import BDE
from bde.site import addresses
from bde.site.reading import Reader

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
    return said


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
