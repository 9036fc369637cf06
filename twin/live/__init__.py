"""The live campus: what arrives is kept, judged and handled. Words in ``twin/model/live.py``."""
