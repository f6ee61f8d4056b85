"""What a mail says about answering it."""

from collections.abc import Sequence

from pmo.kernel.languages import Message, msg


def by_mail(codes: Sequence[str]) -> dict[str, Message]:
    """Nothing where nobody takes an answer; with several projects the code says which one is meant."""
    if not codes:
        return {}
    if len(codes) == 1:
        said = msg(
            "Or answer this mail: your words become the status update of %(code)s. Begin with “risk:” or “issue:”"
            " to put them into the register instead.",
            code=codes[0],
        )
    else:
        said = msg(
            "Or answer this mail, each project with its code before it, as in “%(code)s: …”: your words become its status"
            " update. Go on with “risk:” or “issue:” to put them into the register instead.",
            code=codes[0],
        )
    return {"reply": said}
