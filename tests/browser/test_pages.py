"""Every page: nothing for axe to find in either theme on either screen, nothing wider than a phone, nothing from elsewhere."""

import pytest

from tests.browser.pages import PAGES

OF_COLOUR = ("color-contrast", "link-in-text-block")  # the rules whose answer depends on the theme
WIDER = "element => element.scrollWidth - element.clientWidth"


@pytest.mark.parametrize(
    ("shown", "phone"),
    [
        pytest.param(shown, phone, id=f"{shown.name}-{'phone' if phone else 'desktop'}")
        for shown in PAGES
        for phone in (False, True)
        if shown.on_phone or not phone
    ],
)
def test_axe_finds_nothing_and_nothing_is_wider_than_the_screen(look_at, axe, shown, phone):
    page = look_at(shown, phone)

    in_light = axe(page)
    page.emulate_media(color_scheme="dark")
    in_dark = axe(page, OF_COLOUR)

    assert (in_light, in_dark) == ([], [])
    assert page.locator("html").evaluate(WIDER) <= 0
    assert page.locator("main").first.evaluate(WIDER) <= 0
