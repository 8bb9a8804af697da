"""Numerals, and normalisation that keeps an offset map to the published text."""

from tongchi.text.normalise import NormalisedText, normalise
from tongchi.text.numerals import Numeral, find_numerals, parse_numeral, write_chinese

__all__ = ["NormalisedText", "Numeral", "find_numerals", "normalise", "parse_numeral", "write_chinese"]
