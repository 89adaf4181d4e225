"""What the rules of the toolkit's own checks mean; those of the shapes are said by the shapes."""

from typing import NamedTuple


class Rule(NamedTuple):
    """A rule: ``what`` is wrong where it is broken, ``why`` it exists, how to ``mend`` it, its IRI if any."""

    name: str
    what: str
    why: str
    mend: str
    iri: str = ""


RULES = {
    rule.name: rule
    for rule in (
        Rule(
            "unreadable",
            "The file cannot be read.",
            "What is in the file is not checked, and parts that need it do not run.",
            "Correct the file at this place.",
        ),
        Rule(
            "unread-file",
            "No command reads the file.",
            "What is in it is neither checked nor asked, and nobody notices.",
            "Give it the name and the place of what it is, or take it out.",
        ),
        Rule(
            "empty-file",
            "The file says nothing.",
            "A check that reads an empty file looks at nothing.",
            "Write into it, or delete it.",
        ),
        Rule(
            "not-canonical",
            "The file is not in canonical form.",
            "One graph has one text, so that a change shows what changed and nothing else.",
            "Run bde format.",
        ),
        Rule(
            "undeclared-term",
            "Nobody declares the term.",
            "A misspelt term breaks nothing: shapes and questions just pass it over.",
            "Correct the spelling, or declare the term.",
        ),
        Rule(
            "unknown-outside-term",
            "The outside vocabulary has no such term.",
            "A misspelt term breaks nothing: other tools just pass it over.",
            "Correct the spelling, or take a term that exists.",
        ),
        Rule(
            "misused-term",
            "A class stands where a property belongs, or the other way round.",
            "Such a statement says nothing to a reasoner or a shape.",
            "Take a term of the right kind.",
        ),
        Rule(
            "ill-typed-literal",
            "The value is not one of its datatype.",
            "Engines drop such values or compare them wrongly, without a word.",
            "Correct the value or its datatype.",
        ),
        Rule(
            "noncanonical-literal",
            "The value is not written in canonical form.",
            "Engines rewrite such values, and then digests and differences depend on the engine.",
            "Write it in the canonical form of its datatype, in Unicode normalization form C.",
        ),
        Rule(
            "unseen-character",
            "A text holds a character that nobody sees.",
            "Texts that look alike are not equal, and a name is not found.",
            "Remove the character.",
        ),
        Rule(
            "dangling-reference",
            "No file describes the thing that is named.",
            "A reference that leads nowhere is a misspelt name or a record that was lost.",
            "Correct the name, or describe the thing.",
        ),
        Rule(
            "blank-node",
            "The node has no IRI.",
            "What has no name cannot be cited, compared or given evidence.",
            "Give it an IRI.",
        ),
        Rule(
            "misplaced-thing",
            "The IRI of the thing does not say the kind of thing it is.",
            "Readers and the files of the graph rely on the kind that an IRI says.",
            "Make the IRI and the class agree.",
        ),
        Rule(
            "duplicate-label",
            "Two things of one kind have the same label.",
            "They are one thing told twice, or readers cannot tell them apart.",
            "Merge them, or say in the labels what sets them apart.",
        ),
        Rule(
            "unknown-shacl-term",
            "SHACL has no such term.",
            "A shape with a misspelt term never objects.",
            "Correct the spelling.",
        ),
        Rule(
            "vacuous-shape",
            "No node meets the target of the shape.",
            "A shape that looks at nothing never objects.",
            "Correct the target, or say with bdesh:mayBeUnused why none is met.",
        ),
        Rule(
            "broken-list",
            "A list in a shape is not closed, or runs in a circle.",
            "A validator passes over such a shape, or stops.",
            "Write the list as ( ... ).",
        ),
        Rule(
            "broken-path",
            "The path of a shape is none that SHACL has.",
            "A validator passes over such a shape, or stops.",
            "Write the path anew.",
        ),
        Rule(
            "broken-pattern",
            "The regular expression of a shape cannot be read.",
            "A validator passes over such a shape, or stops.",
            "Correct the expression.",
        ),
        Rule(
            "recursive-shape",
            "The shape needs itself.",
            "SHACL does not say what such a shape means, and validators differ.",
            "Take the shape apart.",
        ),
        Rule(
            "unreachable-shape",
            "No target and no other shape asks the shape.",
            "A shape that nobody asks never objects.",
            "Give it a target, or name it in a shape that has one.",
        ),
        Rule(
            "empty-shape",
            "The shape asks nothing of its nodes.",
            "A shape that asks nothing never objects.",
            "Give it a constraint, or take it out.",
        ),
        Rule(
            "deactivated-shape",
            "The shape is switched off.",
            "A shape that is switched off never objects.",
            "Switch it on, or take it out.",
        ),
        Rule(
            "question-unknown-term",
            "The question uses a term that nobody declares.",
            "Such a question has no answer and looks as if nothing were known.",
            "Correct the spelling, or declare the term.",
        ),
        Rule(
            "question-cannot-run",
            "The question cannot be run.",
            "A saved question is a promise that it can be asked.",
            "Correct its SPARQL.",
        ),
        Rule(
            "question-without-answer",
            "The question has no rows and does not say why, or has some although it says why not.",
            "A question that never answers may be one that asks for the wrong thing.",
            "Mend the question, or its empty-because.",
        ),
        Rule(
            "question-without-expectation",
            "Nothing says what the question is expected to answer.",
            "A question of which nobody knows the right answer cannot be seen to go wrong.",
            "Write a fixture and the answer expected of it.",
        ),
        Rule(
            "unexpected-answer",
            "The question does not answer what is expected of it.",
            "The fixture holds what must be found and near misses that must not.",
            "Correct the question, or what is expected.",
        ),
        Rule(
            "unaccounted-sentence",
            "A sentence of a source backs no record and is not set aside.",
            "Every sentence of every source is accounted for, so that nothing is left out unseen.",
            "Back a record with it, or set it aside with a reason.",
        ),
        Rule(
            "no-text-file",
            "The source has passages and does not say by which text to verify them.",
            "Whoever has the text must be able to verify every passage.",
            "State its bde:textFile and bde:textLength.",
        ),
        Rule(
            "missing-text",
            "The text of the source is not there.",
            "A passage that is not compared with its text is not proven.",
            "Put the file of that name into the folder of the texts.",
        ),
        Rule(
            "changed-passage",
            "The text reads differently where the passage lies.",
            "Records rest on this passage, and it may no longer say what they say.",
            "Read it again, correct the records, and cut the text anew.",
        ),
        Rule(
            "moved-text",
            "The passages stand elsewhere in the text.",
            "Positions that are off lead a reader to the wrong sentence.",
            "Cut the text anew.",
        ),
        Rule(
            "uncovered-text",
            "A part of the text is in no passage.",
            "Every sentence of every source is accounted for.",
            "Cut the text anew.",
        ),
        Rule(
            "other-file",
            "The text is not the file that the source describes.",
            "The digest tells whether two people speak of the same text.",
            "Check the bde:sha256 of the source.",
        ),
        Rule(
            "inconsistent",
            "The ontology and the data contradict each other.",
            "From a contradiction everything follows, so nothing inferred can be relied on.",
            "Run bde reason --explain, and correct one of the statements that clash.",
        ),
        Rule(
            "unsatisfiable-class",
            "The class can have no instance.",
            "The first record of this class would make the graph contradict itself.",
            "Run bde reason --explain, and correct one of the axioms that clash.",
        ),
    )
}
