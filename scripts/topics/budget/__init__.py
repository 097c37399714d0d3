"""Budget ordinances: what is planned to come in and go out."""
