"""Units of the readings."""


def fahrenheit(celsius):
    """Degrees Fahrenheit."""
    return celsius * 1.8 + 32


def rounded(value):
    """As it is printed."""
    return round(value, 1)
