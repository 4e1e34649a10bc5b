"""Numbers of things in words, which commands tell in many places."""


def count(number: int, thing: str) -> str:
    """'1 profile', '2,000 profiles'."""
    return f"{number:,} {thing if number == 1 else f'{thing}s'}"
