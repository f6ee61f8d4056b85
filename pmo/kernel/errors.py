"""The ways a request can be refused, none of which is a bug."""

from collections.abc import Mapping

from pmo.kernel.languages import Message, msg


class Refused(Exception):
    """Base: carries a message that may be shown to the user as it stands."""

    def __init__(self, message: Message) -> None:
        super().__init__(str(message))
        self.message = message


class Invalid(Refused):
    """What was typed cannot be accepted; `errors` says why, by field name ("" for the whole form)."""

    def __init__(self, errors: Mapping[str, Message]) -> None:
        super().__init__(next(iter(errors.values())))
        self.errors = dict(errors)


class Conflict(Refused):
    """Someone else changed the same thing meanwhile, or the state no longer allows it."""


class Forbidden(Refused):
    """This person may see this object but may not do this to it."""

    def __init__(self, message: Message | None = None) -> None:
        super().__init__(message or msg("You may look at this, but you may not change it."))


class NotFound(Refused):
    """There is nothing here, or nothing this person may know of: both look the same."""

    def __init__(self, message: Message | None = None) -> None:
        super().__init__(message or msg("There is nothing here, or nothing you may see."))
