"""The ITA result and the measures that follow from it."""
