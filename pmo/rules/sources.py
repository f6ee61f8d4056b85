"""Where the shipped values come from, as messages: a person's own words stay as they were typed."""

from pmo.kernel.languages import Message, msg

SHIPPED: tuple[Message, ...] = (
    msg("Common PMO convention: green from an index of 0.95"),
    msg("Common PMO convention: more than 1.10 is seldom reached"),
    msg("Common PMO convention: more than 10 %% over budget"),
    msg("Common PMO convention: more than 5 %% over budget"),
    msg("Common PMO convention: red below an index of 0.90"),
    msg("House default: a date further ahead is asked about every three weeks"),
    msg("House default: a week of drift is normal"),
    msg("House default: a working week before the data cut-off"),
    msg("House default: a working week after the period ends"),
    msg("House default: a working week"),
    msg("House default: an overridden colour is looked at again every month"),
    msg("House default: any day after the need breaks the agreement"),
    msg("House default: any day after what a committee was told"),
    msg("House default: at least half of the members"),
    msg("House default: before the working day starts"),
    msg("House default: more than a month after the approved plan"),
    msg("House default: more than two weeks after the need"),
    msg("House default: more than two weeks after what a committee was told"),
    msg("House default: nobody is written to in the evening"),
    msg("House default: nobody looks away for more than a month"),
    msg("House default: once a week; a late walk does not put off the next"),
    msg("House default: one quarter"),
    msg("House default: one working day after the step before"),
    msg("House default: shown as changed where no committee has met yet"),
    msg("House default: target of the portfolio"),
    msg("House default: the committee sees risks from here"),
    msg("House default: the first working day of the week"),
    msg("House default: the forecast is past and nothing is reported"),
    msg("House default: the next working day"),
    msg("House default: the response is due on its day"),
    msg("House default: the upper two of five levels"),
    msg("House default: the weekly walk asks about the next four working weeks"),
    msg("House default: the working day after the due day"),
    msg("House default: two weeks past the forecast and nothing is reported"),
    msg("House default: two weeks without a status update"),
    msg("House default: two working days after the project manager"),
    msg("House default: two working days after the due day"),
    msg("House default: two working weeks after the due day"),
    msg("House default: two working weeks"),
    msg("House default: two working weeks ahead"),
    msg("House default: until the next mail"),
    msg("House default: until the next period is asked for"),
    msg("House default: where the committee list starts"),
    msg("PM² Methodology v3.1, risk matrix"),
)
KNOWN = {str(source): source for source in SHIPPED}


def source(text: str) -> Message | str:
    """The message of a shipped source, or the text itself."""
    return KNOWN.get(text, text)
