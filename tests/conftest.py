"""What holds for every test."""

from hypothesis import settings

# a busy machine takes its time, and no test is judged by that
settings.register_profile("lensbus", deadline=None)
settings.load_profile("lensbus")
