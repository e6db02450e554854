"""What a benchmark has measured is shown whether or not anything else went wrong."""

import pytest


@pytest.fixture
def tell(capsys):
    """Return what prints a figure past the capture of output."""

    def say(figure):
        with capsys.disabled():
            print(f"\n{figure}", flush=True)

    return say
