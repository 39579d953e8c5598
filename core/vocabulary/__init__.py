"""Ladders, title series, specialties and occupations as data with sources: the words everything else is said in."""

from core.vocabulary.load import Vocabulary, load_vocabulary

__all__ = ["Vocabulary", "load_vocabulary"]
