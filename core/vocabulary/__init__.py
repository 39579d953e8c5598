"""Ladders, title series, specialties and occupations as data with sources: the words everything else is said in."""

from core.vocabulary.load import load_vocabulary
from core.vocabulary.lookup import Vocabulary
from core.vocabulary.model import Branch, LevelInfo, Occupation, Series, Specialty

__all__ = ["Branch", "LevelInfo", "Occupation", "Series", "Specialty", "Vocabulary", "load_vocabulary"]
