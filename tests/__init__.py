"""The tests mirror the package; `journeys`, `browser` and `contracts` look at all of it."""
