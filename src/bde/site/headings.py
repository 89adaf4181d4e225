"""What the records that mention a thing are called on its page: a heading for each way of mentioning."""

# Property -> what it means for the thing, whatever kind of record mentions it so.
TITLES = {
    "inEngagement": "Who took part",
    "inDelegation": "Who belonged to it",
    "partOf": "What it was made of",
    "holder": "Posts, ranks and roles held, as attested",
    "participant": "Took part in",
    "mentionedAt": "What was talked about",
    "madeAt": "What was promised there",
    "signedAt": "What was signed there",
    "signs": "Who signed or witnessed",
    "about": "What is said about it",
    "post": "Who held it, as attested",
    "inCapacity": "In this post they took part in",
    "area": "Where it was raised, and how far it went",
    "venue": "What took place there",
    "editionOf": "Editions on record",
    "visitingParty": "Went on these visits",
    "hostParty": "Was host of",
    "undertakenBy": "What it promised",
    "nameOf": "Names as printed",
    "publisher": "Sources it published",
    "fulfilledBy": "What it shows done",
}
# Property -> the words after the kind of the records, in the plural: "Instruments to which it is a party".
_MORE = {
    "party": "to which it is a party",
    "postIn": "in it",
    "placeIn": "in it",
    "body": "in it",
    "inFrameOf": "within it",
    "unitOf": "that belong to it",
    "subsetOf": "that are part of it",
    "ofState": "of this state",
    "countryOf": "in this country",
    "onBehalfOf": "on its behalf",
    "sentBy": "that it sent",
    "translator": "that it translated",
    "agreedAt": "agreed there",
    "onMarginsOf": "on its margins",
    "after": "after it",
    "occasion": "on its occasion",
    "implements": "that implement it",
    "identifies": "that lead to it elsewhere",
    "anniversaryOf": "of it",
    "role": "in this role",
    "bodyRole": "in this role",
    "rank": "of this rank",
    "level": "at this level",
    "protocolGrade": "of this grade",
    "realization": "that came this far",
    "instrumentStatus": "that came this far",
    "topicStance": "that went this far",
    "commitmentDegree": "made this firmly",
    "disclosure": "made public this far",
    "tenure": "held this way",
    "comparator": "that compare so",
    "identifierScheme": "of this scheme",
}


def heading(kind: str, name: str, label: str) -> str:
    """The heading of the records of a kind that mention a thing by the property ``name`` called ``label``."""
    if name in TITLES:
        return TITLES[name]
    several = f"{kind[:-1]}ies" if kind.endswith("y") else f"{kind}s"
    of_kind = "of this kind" if name.endswith("Kind") else f"that name it as {label}"
    return f"{several[:1].upper()}{several[1:]} {_MORE.get(name, of_kind)}"
