"""Where the score goes: an unofficial estimate of the ITA score from the disclosure items."""
