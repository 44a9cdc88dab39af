"""One module a section: ``measure(work)`` gives figures, ``told(result)`` the part of the page made from them."""
