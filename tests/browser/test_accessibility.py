"""axe-core finds nothing serious on any page, in either theme."""

from __future__ import annotations

import pytest

from .conftest import pages

axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="no axe here: make test EXTRAS=browser")


@pytest.mark.parametrize("name", pages())
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_no_serious_violation(visit, site, name, theme):
    page = visit((site / name).as_uri(), theme=theme).page
    page.wait_for_function("!window.MathJax || !MathJax.startup || !!MathJax.startup.promise")
    page.evaluate("window.MathJax && MathJax.startup ? MathJax.startup.promise.then(() => 0) : 0")
    # the theme fades its buttons from the browser's colours to its own: axe is to judge the end of the fade
    fades = "document.getAnimations().filter((each) => each.transitionProperty).map((each) => each.finished)"
    page.evaluate(f"Promise.allSettled({fades})")
    found = axe.Axe().run(page).response["violations"]
    serious = [
        f"{each['id']}: {each['help']}, {len(each['nodes'])} places, the first: {each['nodes'][0]['html'][:200]}"
        for each in found
        if each["impact"] in ("serious", "critical")
    ]
    assert not serious, "\n".join(serious)
