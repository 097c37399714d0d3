"""OIT: is every mandated disclosure there, and current?"""
