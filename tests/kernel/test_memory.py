"""What is loaded once is not looked through again."""

import gc

import pytest

from pmo.kernel import memory


@pytest.fixture(autouse=True)
def put_back():
    thresholds = gc.get_threshold()
    yield
    gc.set_threshold(*thresholds)
    gc.enable()


def test_nothing_is_collected_while_loading_and_what_was_loaded_stays():
    before = gc.get_freeze_count()

    with memory.loading():
        collects = gc.isenabled()
        loaded = [[number] for number in range(1000)]

    assert (collects, gc.isenabled()) == (False, True)
    assert gc.get_freeze_count() - before >= len(loaded)


def test_a_failure_while_loading_leaves_the_collector_on():
    with pytest.raises(ImportError), memory.loading():
        raise ImportError

    assert gc.isenabled()


def test_who_switched_the_collector_off_keeps_it_off():
    gc.disable()

    with memory.loading():
        pass

    assert not gc.isenabled()
